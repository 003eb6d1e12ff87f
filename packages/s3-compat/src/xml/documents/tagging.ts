import { readXml } from '../read-xml.ts'
import { writeXml } from '../write-xml.ts'

/** Tags by name. */
export type Tags = Readonly<Record<string, string>>

/** The body of PutObjectTagging. */
export function writeTagging(tags: Tags): string {
  const Tag = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
  return writeXml('Tagging', { TagSet: { Tag } })
}

/** The answer to GetObjectTagging. @throws StorageError `MalformedResponse` */
export async function readTagging(text: string): Promise<Tags> {
  // Ceph's answer about an object that never had tags.
  if (text === '') return {}
  const { element } = await readXml(text, 'Tagging')
  const tags = element.child('TagSet')?.children('Tag') ?? []
  // By fromEntries, which defines properties: a tag may be called __proto__.
  return Object.fromEntries(tags.map((tag) => [tag.textOf('Key') ?? '', tag.textOf('Value') ?? '']))
}

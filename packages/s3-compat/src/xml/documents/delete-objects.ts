import { readXml } from '../read-xml.ts'
import { writeXml } from '../write-xml.ts'

/** The body of DeleteObjects. The answer tells the failures alone. */
export function writeDelete(keys: readonly string[]): string {
  return writeXml('Delete', { Object: keys.map((Key) => ({ Key })), Quiet: true })
}

/** A key that could not be deleted, in the server's words. */
export interface DeleteFailure {
  readonly key: string
  readonly serverCode: string
  readonly message: string
}

/** @throws StorageError `MalformedResponse` */
export async function readDeleteResult(text: string): Promise<readonly DeleteFailure[]> {
  const { element } = await readXml(text, 'DeleteResult')
  return element.children('Error').map((error) => ({
    key: error.textOf('Key') ?? '',
    serverCode: error.textOf('Code') ?? '',
    message: error.textOf('Message') ?? '',
  }))
}

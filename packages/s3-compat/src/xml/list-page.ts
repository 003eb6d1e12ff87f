import { type RawObject, type RawPage, scanListPage } from './list-scanner.ts'
import { malformed } from './malformed.ts'
import { readXml } from './read-xml.ts'
import { booleanOf, dateIfKnown, decoderFor, etagOf, numberOf } from './values.ts'

/** An object as a listing tells it. */
export interface ListedObject {
  readonly key: string
  /** Bytes. */
  readonly size: number
  /** Without quotes. */
  readonly etag?: string
  readonly lastModified?: Date
  /** The server's name of it. */
  readonly storageClass?: string
}

/** A page of a listing of objects, of either version. */
export interface ListedPage {
  readonly objects: readonly ListedObject[]
  readonly prefixes: readonly string[]
  readonly truncated: boolean
  /** Version 2: where the next page begins. */
  readonly nextToken?: string
  /** Version 1: where the next page begins; many servers leave it out. */
  readonly nextMarker?: string
}

/**
 * Reads the answer to ListObjects, version 1 or 2. What came percent-encoded is decoded, which the answer itself says, whatever was asked for.
 *
 * @throws StorageError `MalformedResponse`
 */
export async function readListPage(text: string): Promise<ListedPage> {
  return interpret(scanListPage(text) ?? (await parseListPage(text)))
}

/** The same page as `scanListPage` gives, from any well-formed document. */
export async function parseListPage(text: string): Promise<RawPage> {
  const { element } = await readXml(text, 'ListBucketResult')
  return {
    facts: {
      EncodingType: element.textOf('EncodingType'),
      IsTruncated: element.textOf('IsTruncated'),
      NextContinuationToken: element.textOf('NextContinuationToken'),
      NextMarker: element.textOf('NextMarker'),
    },
    contents: element.children('Contents').map((contents) => ({
      ETag: contents.textOf('ETag'),
      Key: contents.textOf('Key'),
      LastModified: contents.textOf('LastModified'),
      Size: contents.textOf('Size'),
      StorageClass: contents.textOf('StorageClass'),
    })),
    prefixes: element
      .children('CommonPrefixes')
      .flatMap((common) => common.children('Prefix').map((prefix) => prefix.text)),
  }
}

function interpret({ facts, contents, prefixes }: RawPage): ListedPage {
  const name = decoderFor(facts.EncodingType)
  const truncated = booleanOf('IsTruncated', facts.IsTruncated ?? 'false')
  return {
    objects: contents.map((raw) => objectOf(raw, name)),
    prefixes: prefixes.map(name),
    truncated,
    ...(facts.NextContinuationToken && { nextToken: facts.NextContinuationToken }),
    ...(facts.NextMarker && { nextMarker: name(facts.NextMarker) }),
  }
}

function objectOf(raw: RawObject, name: (text: string) => string): ListedObject {
  if (raw.Key === undefined || raw.Key === '') throw malformed('lists an object without Key')
  const lastModified = dateIfKnown(raw.LastModified)
  const object: { -readonly [K in keyof ListedObject]: ListedObject[K] } = {
    key: name(raw.Key),
    size: numberOf('Size', raw.Size),
  }
  if (raw.ETag) object.etag = etagOf(raw.ETag)
  if (lastModified !== undefined) object.lastModified = lastModified
  if (raw.StorageClass) object.storageClass = raw.StorageClass
  return object
}

import { malformed } from '../malformed.ts'
import { readXml, type XmlElement } from '../read-xml.ts'
import { booleanOf, dateIfKnown, decoderFor, etagOf, numberOf } from '../values.ts'
import { writeXml } from '../write-xml.ts'

/** The id of an upload that was begun. @throws StorageError `MalformedResponse` */
export async function readCreatedUpload(text: string): Promise<string> {
  const { element } = await readXml(text, 'InitiateMultipartUploadResult')
  return required(element, 'UploadId')
}

/** The body of CompleteMultipartUpload; ETags without quotes. */
export function writeComplete(parts: readonly { number: number; etag: string }[]): string {
  return writeXml('CompleteMultipartUpload', {
    Part: parts.map(({ number, etag }) => ({ PartNumber: String(number), ETag: `"${etag}"` })),
  })
}

interface ListedPart {
  readonly number: number
  /** Bytes. */
  readonly size: number
  /** Without quotes. */
  readonly etag: string
}

export interface ListedParts {
  readonly parts: readonly ListedPart[]
  /** The number after which the next page begins; absent on the last one. */
  readonly nextMarker?: number
}

/** The answer to ListParts. @throws StorageError `MalformedResponse` */
export async function readParts(text: string): Promise<ListedParts> {
  const { element } = await readXml(text, 'ListPartsResult')
  const parts = element.children('Part').map((part) => ({
    number: numberOf('PartNumber', part.textOf('PartNumber')),
    size: numberOf('Size', part.textOf('Size')),
    etag: etagOf(required(part, 'ETag')),
  }))
  if (!isTruncated(element)) return { parts }
  return {
    parts,
    nextMarker: numberOf('NextPartNumberMarker', element.textOf('NextPartNumberMarker')),
  }
}

interface ListedUpload {
  readonly key: string
  readonly id: string
  readonly createdAt?: Date
  /** Who began it, and who pays: names where the server gives them, else ids. */
  readonly initiator?: string
  readonly owner?: string
}

export interface ListedUploads {
  readonly uploads: readonly ListedUpload[]
  readonly prefixes: readonly string[]
  /** Where the next page begins; absent on the last one. */
  readonly next?: { readonly keyMarker: string; readonly uploadIdMarker?: string }
}

/** The answer to ListMultipartUploads. @throws StorageError `MalformedResponse` */
export async function readUploads(text: string): Promise<ListedUploads> {
  const { element } = await readXml(text, 'ListMultipartUploadsResult')
  const name = decoderFor(element.textOf('EncodingType'))
  const uploads = element.children('Upload').map((upload): ListedUpload => {
    const createdAt = dateIfKnown(upload.textOf('Initiated'))
    const initiator = nameOf(upload.child('Initiator'))
    const owner = nameOf(upload.child('Owner'))
    return {
      key: name(required(upload, 'Key')),
      id: required(upload, 'UploadId'),
      ...(createdAt !== undefined && { createdAt }),
      ...(initiator && { initiator }),
      ...(owner && { owner }),
    }
  })
  const prefixes = element
    .children('CommonPrefixes')
    .flatMap((common) => common.children('Prefix').map((prefix) => name(prefix.text)))
  if (!isTruncated(element)) return { uploads, prefixes }
  const keyMarker = name(required(element, 'NextKeyMarker'))
  const uploadIdMarker = element.textOf('NextUploadIdMarker')
  return { uploads, prefixes, next: { keyMarker, ...(uploadIdMarker && { uploadIdMarker }) } }
}

function isTruncated(element: XmlElement): boolean {
  return booleanOf('IsTruncated', element.textOf('IsTruncated') ?? 'false')
}

function nameOf(person: XmlElement | undefined): string | undefined {
  return person?.textOf('DisplayName') || person?.textOf('ID')
}

function required(element: XmlElement, name: string): string {
  const text = element.textOf(name)
  if (text === undefined || text === '') throw malformed(`lacks ${name}`)
  return text
}

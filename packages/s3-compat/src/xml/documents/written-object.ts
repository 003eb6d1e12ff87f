import { readXml } from '../read-xml.ts'
import { dateOf, etagOf } from '../values.ts'
import { type ServerError, serverErrorOf } from './server-error.ts'

/** What the server says of an object that it has put together itself. */
export interface WrittenObject {
  /** Without quotes. */
  readonly etag?: string
  readonly lastModified?: Date
}

/**
 * The answer to CopyObject, UploadPartCopy and CompleteMultipartUpload. A server that has begun to answer 200 before the work was done says in the
 * body that it failed.
 *
 * @throws StorageError `MalformedResponse`
 */
export async function readWrittenObject(
  text: string,
  root: 'CopyObjectResult' | 'CopyPartResult' | 'CompleteMultipartUploadResult',
): Promise<{ object: WrittenObject } | { error: ServerError }> {
  const { name, element } = await readXml(text, root, 'Error')
  if (name === 'Error') return { error: serverErrorOf(element) }
  const etag = element.textOf('ETag')
  const lastModified = element.textOf('LastModified')
  return {
    object: {
      ...(etag && { etag: etagOf(etag) }),
      ...(lastModified && { lastModified: dateOf('LastModified', lastModified) }),
    },
  }
}

import type { BodyReader, Call, HttpResponse } from '@cloudstore/core'
import { readAll, StorageError } from '@cloudstore/core'
import { errorOfBody } from '../errors/error-response.ts'
import { findServerError } from '../errors/server-error-text.ts'
import type { S3Profile } from '../profiles/profile.ts'
import type { S3Client, S3Request } from '../s3-client.ts'
import { readXml } from '../xml/read-xml.ts'
import { etagOf } from '../xml/values.ts'
import { longestXml, tooLong, xmlText } from '../xml/xml-text.ts'

/** What the operations of one driver share. */
export interface S3Context {
  readonly client: S3Client
  readonly profile: S3Profile
}

/** Sends a request whose answer has nothing to say beyond its headers. */
export function sendForHeaders(
  client: S3Client,
  request: S3Request,
  call: Call,
): Promise<HttpResponse> {
  return client.send(request, call, async (response) => {
    const text = await readText(response)
    refuseEmbeddedError(response, text)
    refusePage(response, text)
    return response
  })
}

/** Sends a request and reads the XML of its answer. An error in the place of what was asked for is thrown as one. */
export function sendForXml<T>(
  client: S3Client,
  request: S3Request,
  call: Call,
  read: (text: string, response: HttpResponse) => T | Promise<T>,
): Promise<T> {
  return client.send(request, call, async (response) => {
    const text = await readText(response)
    refuseEmbeddedError(response, text)
    return read(text, response)
  })
}

async function readText({ body }: HttpResponse): Promise<string> {
  // Most answers to a write have no body.
  const first = await body.read()
  return first === undefined ? '' : xmlText(await readAll(bounded(body, first)))
}

/** A server that never stops must not fill the memory. */
function bounded(body: BodyReader, first: Uint8Array): BodyReader {
  let left = longestXml
  let given: Uint8Array | undefined = first
  const pass = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    left -= chunk?.byteLength ?? 0
    if (left < 0) throw tooLong()
    return chunk
  }
  return {
    read() {
      const next = given ?? body.read()
      given = undefined
      return next !== undefined && 'then' in next ? next.then(pass) : pass(next)
    },
    cancel: (reason) => body.cancel(reason),
  }
}

// Copies and completions answer 200 at once, to keep the connection alive, and say later whether they worked.
function refuseEmbeddedError(response: HttpResponse, text: string): void {
  if (!/^\s*(<\?xml[^>]*>\s*)?<Error[\s>]/.test(text)) return
  const xml = findServerError(text)
  if (xml === undefined) {
    throw new StorageError('MalformedResponse', 'the answer is an error without a code', {
      status: response.status,
      retryable: true,
    })
  }
  throw errorOfBody(response, xml)
}

/** A proxy, or the log-in page of a network, answers 200 to everything. */
function refusePage(response: HttpResponse, text: string): void {
  if (!/^\s*<(!doctype\s+html|html)[\s>]/i.test(text)) return
  throw new StorageError('MalformedResponse', 'the answer is a web page', {
    status: response.status,
    hint: 'Something in between has answered in the place of the storage: a proxy, or the log-in page of a network',
  })
}

/** The ETag in the answer of a server that has put an object together itself. */
export async function readWrittenEtag(
  text: string,
  root: 'CopyObjectResult' | 'CopyPartResult' | 'CompleteMultipartUploadResult',
): Promise<string | undefined> {
  const { element } = await readXml(text, root)
  const etag = element.textOf('ETag')
  return etag === undefined || etag === '' ? undefined : etagOf(etag)
}

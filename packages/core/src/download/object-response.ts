import type { ByteRange, ObjectInfo } from '../contract/backend.ts'
import { StorageError } from '../errors/errors.ts'
import { check, checkOptions, type OptionChecks } from '../checks/option-checks.ts'
import type { ResponseOptions } from '../surface/options.ts'
import type { WebResponse, WebStream } from '../surface/structural.ts'

const responseChecks: OptionChecks<ResponseOptions> = {
  download: (value) =>
    typeof value === 'boolean' ? undefined : (check.text(value) ?? downloadNameProblem(value)),
  headers: check.record,
}

function downloadNameProblem(name: unknown): string | undefined {
  return name === '' ? 'must not be empty; true names the object itself' : undefined
}

/** Refuses what makes no response, before anything is sent. */
export function checkResponseOptions(options: ResponseOptions): void {
  if (typeof Response !== 'function') {
    throw new StorageError('UnsupportedOperation', 'this runtime has no Response')
  }
  checkOptions(options, responseChecks)
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    try {
      new Headers().set(name, value)
    } catch (cause) {
      throw new StorageError(
        'InvalidArgument',
        `header ${JSON.stringify(name)} is no possible one`,
        {
          cause,
        },
      )
    }
  }
}

export interface ResponseParts {
  readonly info: ObjectInfo
  /** Bytes of the body. */
  readonly size: number
  readonly range: ByteRange | undefined
  readonly body: WebStream
  readonly options: ResponseOptions
}

/** An object as a web `Response`, with the headers that a web server would send. */
export function toResponse({ info, size, range, body, options }: ResponseParts): WebResponse {
  const headers = new Headers({ 'content-length': String(size), 'accept-ranges': 'bytes' })
  const stored: Record<string, string | undefined> = {
    'content-type': info.contentType,
    'cache-control': info.cacheControl,
    'content-disposition': info.contentDisposition,
    'content-encoding': info.contentEncoding,
    'content-language': info.contentLanguage,
    expires: info.expires?.toUTCString(),
    etag: info.etag === undefined ? undefined : `"${info.etag}"`,
    'last-modified': info.lastModified?.toUTCString(),
  }
  for (const [name, value] of Object.entries(stored))
    if (value !== undefined) headers.set(name, value)
  if (range !== undefined) {
    headers.set('content-range', `bytes ${range.start}-${range.start + size - 1}/${info.size}`)
  }
  if (options.download !== undefined && options.download !== false) {
    const name = options.download === true ? (info.key.split('/').at(-1) ?? '') : options.download
    headers.set('content-disposition', attachment(name))
  }
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
  return new Response(body, { status: range === undefined ? 200 : 206, headers })
}

/** `Content-Disposition` for a download under a name of any letters (RFC 6266, RFC 8187). */
export function attachment(name: string): string {
  if (name === '') return 'attachment'
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  if (plain === name) return `attachment; filename="${name}"`
  const encoded = encodeURIComponent(name.replaceAll(/\p{Surrogate}/gu, '\uFFFD')).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}

import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { lookup } from './rgw.ts'

export interface PlainAnswer {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  arrayBuffer(): Promise<ArrayBuffer>
  text(): Promise<string>
}

export interface PlainQuestion {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: Uint8Array | string
}

/**
 * A plain HTTP client that knows nothing of S3, for presigned requests: Node's own, since `fetch` changes paths with dots in them and cannot be
 * told of a certificate or of where a host is.
 */
export function plainFetch(
  ca: string,
): (url: string, init?: PlainQuestion) => Promise<PlainAnswer> {
  return (url, init = {}) =>
    new Promise((resolve, reject) => {
      const [, scheme = '', authority = '', path = '/'] =
        /^(https?):\/\/([^/?]+)(.*)$/.exec(url) ?? []
      const { hostname, port } = new URL(`${scheme}://${authority}`)
      const send = scheme === 'https' ? httpsRequest : httpRequest
      const { method = 'GET', headers = {}, body = '' } = init
      const bytes = typeof body === 'string' ? Buffer.from(body) : body
      const hasBody = bytes.byteLength > 0 || method === 'PUT' || method === 'POST'
      const sent = send(
        {
          host: hostname,
          port,
          path: path === '' ? '/' : path,
          method,
          ca,
          agent: false,
          lookup,
          headers: { ...headers, ...(hasBody && { 'content-length': String(bytes.byteLength) }) },
        },
        (answer) => {
          const chunks: Buffer[] = []
          answer.on('data', (chunk: Buffer) => chunks.push(chunk))
          answer.on('error', reject)
          answer.on('end', () => {
            const whole = Buffer.concat(chunks)
            resolve({
              status: answer.statusCode ?? 0,
              headers: {
                get(name) {
                  const value = answer.headers[name.toLowerCase()]
                  return value === undefined ? null : String(value)
                },
              },
              arrayBuffer: async () => Uint8Array.from(whole).buffer,
              text: async () => whole.toString(),
            })
          })
        },
      )
      sent.on('error', reject)
      sent.end(bytes)
    })
}

import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it came. */
export interface SeenRequest {
  readonly method: string
  readonly host: string
  /** Percent-encoded, without the query. */
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

export interface Answer {
  readonly status?: number | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Uint8Array | undefined
  /** The connection breaks after so many bytes of the body. */
  readonly cutAt?: number | undefined
}

/**
 * What goes wrong with a request: an answer in the place of the right one; `reset`, the connection breaks and nothing was done; `lose`, it is
 * done and the connection breaks; `stall`, nothing ever comes.
 */
export type Fault = Answer | 'reset' | 'lose' | 'stall' | undefined

interface StoredObject {
  readonly bytes: Buffer
  readonly etag: string
  readonly headers: Readonly<Record<string, string>>
}

interface StoredUpload {
  readonly path: string
  readonly parts: Map<number, Buffer>
}

/** A small S3 in memory, over real sockets, that does wrong what a test wants it to. Signatures are not looked at. */
export interface S3StandIn {
  readonly url: string
  readonly port: number
  readonly requests: SeenRequest[]
  /** By path, such as `/box/key`. */
  readonly objects: Map<string, StoredObject>
  readonly uploads: Map<string, StoredUpload>
  readonly containers: Set<string>
  /** Asked for every request. */
  fault: (request: SeenRequest, count: number) => Fault
  /** Connections that are open. */
  open(): Promise<number>
  put(path: string, bytes: Uint8Array | string, headers?: Record<string, string>): void
  close(): Promise<void>
}

const storedHeader = /^(content-(type|encoding|language|disposition)|cache-control|x-amz-meta-.*)$/

export function md5(bytes: Uint8Array | string): string {
  return createHash('md5').update(bytes).digest('hex')
}

/** An error as S3 writes it. */
export function s3Error(status: number, code: string, more = ''): Answer {
  return {
    status,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>says the stand-in</Message>${more}<RequestId>tx-1</RequestId></Error>`,
  }
}

export async function s3StandIn(): Promise<S3StandIn> {
  const objects = new Map<string, StoredObject>()
  const uploads = new Map<string, StoredUpload>()
  const containers = new Set(['box'])
  const requests: SeenRequest[] = []
  let uploadCount = 0

  const put = (path: string, bytes: Uint8Array | string, headers = {}, etag = ''): void => {
    const whole = Buffer.from(bytes as Uint8Array)
    objects.set(path, { bytes: whole, etag: etag === '' ? md5(whole) : etag, headers })
  }

  const complete = (path: string, id: string, body: string): Answer => {
    const upload = uploads.get(id)
    if (upload === undefined) return s3Error(404, 'NoSuchUpload')
    const numbers = [...body.matchAll(/<PartNumber>(\d+)</g)].map(([, number]) => Number(number))
    const parts = numbers.map((number) => upload.parts.get(number) ?? Buffer.alloc(0))
    const sums = Buffer.concat(parts.map((part) => createHash('md5').update(part).digest()))
    const etag = `${md5(sums)}-${parts.length}`
    put(path, Buffer.concat(parts), {}, etag)
    uploads.delete(id)
    return {
      body: `<CompleteMultipartUploadResult><ETag>"${etag}"</ETag></CompleteMultipartUploadResult>`,
    }
  }

  const copy = (request: SeenRequest, source: string): Answer => {
    const found = objects.get(decodeURIComponent(source))
    if (found === undefined) return s3Error(404, 'NoSuchKey')
    const upload = uploads.get(request.query.get('uploadId') ?? '')
    if (upload === undefined) {
      objects.set(request.path, found)
      return { body: `<CopyObjectResult><ETag>"${found.etag}"</ETag></CopyObjectResult>` }
    }
    const [, first, last] =
      /^bytes=(\d+)-(\d+)$/.exec(request.headers['x-amz-copy-source-range'] ?? '') ?? []
    const part = found.bytes.subarray(Number(first), Number(last) + 1)
    upload.parts.set(Number(request.query.get('partNumber')), part)
    return { body: `<CopyPartResult><ETag>"${md5(part)}"</ETag></CopyPartResult>` }
  }

  const read = (request: SeenRequest): Answer => {
    const found = objects.get(request.path)
    const [, bucket = ''] = request.path.split('/')
    if (!containers.has(bucket)) return s3Error(404, 'NoSuchBucket')
    if (found === undefined) return s3Error(404, 'NoSuchKey')
    const { bytes, etag, headers } = found
    const wanted = request.headers['if-match']?.replaceAll('"', '')
    if (wanted !== undefined && wanted !== etag) return s3Error(412, 'PreconditionFailed')
    const facts = { ...headers, etag: `"${etag}"`, 'accept-ranges': 'bytes' }
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers['range'] ?? '')
    if (range === null) return { headers: facts, body: bytes }
    const start = Number(range[1])
    const end = range[2] === '' ? bytes.length : Math.min(bytes.length, Number(range[2]) + 1)
    if (start >= bytes.length) return s3Error(416, 'InvalidRange')
    return {
      status: 206,
      headers: { ...facts, 'content-range': `bytes ${start}-${end - 1}/${bytes.length}` },
      body: bytes.subarray(start, end),
    }
  }

  const write = (request: SeenRequest): Answer => {
    const { path, query, headers, body } = request
    const source = headers['x-amz-copy-source']
    if (source !== undefined) return copy(request, source)
    const upload = query.get('uploadId')
    if (upload !== null) {
      const found = uploads.get(upload)
      if (found === undefined) return s3Error(404, 'NoSuchUpload')
      found.parts.set(Number(query.get('partNumber')), body)
      return { headers: { etag: `"${md5(body)}"` } }
    }
    if (headers['if-none-match'] === '*' && objects.has(path)) {
      return s3Error(412, 'PreconditionFailed')
    }
    const stored = Object.entries(headers).filter(([name]) => storedHeader.test(name))
    put(path, body, Object.fromEntries(stored))
    return { headers: { etag: `"${md5(body)}"` } }
  }

  const list = (): Answer => {
    const contents = [...objects].map(([path, { bytes, etag }]) => {
      const key = path.split('/').slice(2).join('/')
      return `<Contents><Key>${key}</Key><Size>${bytes.length}</Size><ETag>"${etag}"</ETag></Contents>`
    })
    return {
      body: `<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
    }
  }

  const act = (request: SeenRequest): Answer => {
    const { method, path, query, body } = request
    const isObject = path.split('/').length > 2
    if (method === 'PUT' && query.has('tagging')) return {}
    if (method === 'PUT') return isObject ? write(request) : {}
    if (method === 'POST' && query.has('uploads')) {
      uploadCount += 1
      const id = `upload-${uploadCount}`
      uploads.set(id, { path, parts: new Map() })
      return {
        body: `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
      }
    }
    if (method === 'POST') return complete(path, query.get('uploadId') ?? '', String(body))
    if (method === 'DELETE') {
      const upload = query.get('uploadId')
      if (upload === null) objects.delete(path)
      else if (!uploads.delete(upload)) return s3Error(404, 'NoSuchUpload')
      return { status: 204 }
    }
    if (query.has('tagging')) return s3Error(404, 'NoSuchTagSet')
    if (isObject) return read(request)
    return method === 'HEAD' ? { status: containers.has(path.slice(1)) ? 200 : 404 } : list()
  }

  const standIn = {
    requests,
    objects,
    uploads,
    containers,
    fault: (): Fault => undefined,
    put,
  }

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const [path = '', query] = (incoming.url ?? '').split(/\?(.*)/s)
    const request: SeenRequest = {
      method: incoming.method ?? '',
      host: incoming.headers.host ?? '',
      path,
      query: new URLSearchParams(query),
      headers: incoming.headers as SeenRequest['headers'],
      body: Buffer.concat(chunks),
    }
    requests.push(request)
    const fault = (standIn.fault as S3StandIn['fault'])(request, requests.length)
    if (fault === 'stall') return
    const answer = fault === undefined || fault === 'lose' ? act(request) : fault
    if (fault === 'lose' || answer === 'reset') {
      incoming.socket.destroy()
      return
    }
    send(request, answer as Answer, response)
  }

  const server = createServer((incoming, response) => {
    // A request that breaks off is what some tests are about.
    serve(incoming, response).catch(() => incoming.socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(standIn, {
    port,
    url: `http://127.0.0.1:${port}`,
    open: () =>
      new Promise<number>((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
      }),
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

function send(request: SeenRequest, answer: Answer, response: ServerResponse): void {
  const { status = 200, headers = {}, body = '', cutAt } = answer
  const bytes = Buffer.from(body as Uint8Array)
  response.writeHead(status, {
    ...(!('content-length' in headers) &&
      status !== 204 && { 'content-length': String(bytes.length) }),
    ...headers,
  })
  if (request.method === 'HEAD') response.end()
  else if (cutAt === undefined) response.end(bytes)
  else response.write(bytes.subarray(0, cutAt), () => setTimeout(() => response.destroy(), 5))
}

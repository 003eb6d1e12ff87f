// An S3 server with canned answers over raw sockets: it costs little beside the clients that are measured. It drops what it is sent.
// Started with fork(), it tells its port.
import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { keysListed, md5Of, partSize, piece, small } from './content.mjs'

// The parts of a large object, hashed before a client waits for it.
md5Of(partSize)

const xml = (text) => `<?xml version="1.0" encoding="UTF-8"?>\n${text}`
const xmlns = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'
const date = 'Last-Modified: Sun, 01 Nov 2026 10:00:00 GMT\r\n'

function answerOf(headers, body = '', status = '200 OK') {
  const bytes = Buffer.from(body)
  const head = `HTTP/1.1 ${status}\r\nx-amz-request-id: 1\r\n${headers}Content-Length: ${bytes.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), bytes])
}

const etag = (value) => `ETag: "${value}"\r\n`
const type = 'Content-Type: application/octet-stream\r\n'
const xmlType = 'Content-Type: application/xml\r\n'
const smallAnswer = answerOf(etag(md5Of(small.length)) + type + date, small)
const putAnswers = new Map()
const created = answerOf(
  xmlType,
  xml(
    `<InitiateMultipartUploadResult ${xmlns}><Bucket>bench</Bucket><Key>large</Key><UploadId>upload</UploadId></InitiateMultipartUploadResult>`,
  ),
)
const noUploads = answerOf(
  xmlType,
  xml(
    `<ListMultipartUploadsResult ${xmlns}><Bucket>bench</Bucket><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>`,
  ),
)
const deleted = answerOf('', '', '204 No Content')
const pages = [true, false].map((encoded) => listing(encoded))

function listing(encoded) {
  return Array.from({ length: keysListed / 1000 }, (_, page) => {
    const entries = Array.from({ length: 1000 }, (_, entry) => {
      const number = page * 1000 + entry
      const key = `photos/2026/${String(number).padStart(8, '0')}.jpg`
      return `<Contents><Key>${key}</Key><LastModified>2026-11-01T10:00:00.000Z</LastModified><ETag>&quot;${md5Of(small.length)}&quot;</ETag><Size>${number}</Size><StorageClass>STANDARD</StorageClass></Contents>`
    })
    const last = page === keysListed / 1000 - 1
    return answerOf(
      xmlType,
      xml(
        `<ListBucketResult ${xmlns}><Name>bench</Name><Prefix></Prefix><KeyCount>1000</KeyCount><MaxKeys>1000</MaxKeys>${encoded ? '<EncodingType>url</EncodingType>' : ''}<IsTruncated>${!last}</IsTruncated>${last ? '' : `<NextContinuationToken>page-${page + 1}</NextContinuationToken>`}${entries.join('')}</ListBucketResult>`,
      ),
    )
  })
}

function putAnswer(size) {
  let answer = putAnswers.get(size)
  if (answer === undefined) {
    answer = answerOf(etag(md5Of(size)))
    putAnswers.set(size, answer)
  }
  return answer
}

/** What a real server makes of the parts that the client names. */
function completed(body) {
  const md5s = [...body.matchAll(/<ETag>(?:"|&quot;|&#34;)?([0-9a-f]{32})/g)].map(([, md5]) => md5)
  const hash = createHash('md5')
  for (const md5 of md5s) hash.update(md5, 'hex')
  return answerOf(
    xmlType,
    xml(
      `<CompleteMultipartUploadResult ${xmlns}><Location>/bench/large</Location><Bucket>bench</Bucket><Key>large</Key><ETag>&quot;${hash.digest('hex')}-${md5s.length}&quot;</ETag></CompleteMultipartUploadResult>`,
    ),
  )
}

function headOfLarge(size) {
  return `HTTP/1.1 200 OK\r\n${etag(`${md5Of(0)}-128`)}${type}${date}Content-Length: ${size}\r\n\r\n`
}

/** Answers one request. */
function serve(socket, { method, target, length, body }) {
  const [path, query = ''] = target.split('?')
  const size = Number(/^\/bench\/large-(\d+)/.exec(path)?.[1])
  if (method === 'PUT') socket.write(putAnswer(length))
  else if (method === 'DELETE') socket.write(deleted)
  else if (method === 'POST') socket.write(/uploadId=/.test(query) ? completed(body) : created)
  else if (/(?:^|&)uploads/.test(query)) socket.write(noUploads)
  else if (/list-type=2/.test(query)) {
    const page = Number(/continuation-token=page-(\d+)/.exec(query)?.[1] ?? 0)
    socket.write(pages[/encoding-type=url/.test(query) ? 0 : 1][page])
  } else if (size > 0) {
    socket.write(headOfLarge(size))
    if (method === 'GET') stream(socket, size)
  } else socket.write(smallAnswer)
}

function stream(socket, size) {
  let left = size
  const more = () => {
    while (left > 0) {
      left -= piece.length
      if (socket.write(piece)) continue
      socket.once('drain', more)
      return
    }
  }
  more()
}

createServer((socket) => {
  let head = ''
  let request
  let left = 0
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (data) => {
    let at = 0
    while (at < data.length) {
      if (request !== undefined) {
        const taken = Math.min(left, data.length - at)
        if (request.method === 'POST') request.body += data.latin1Slice(at, at + taken)
        left -= taken
        at += taken
      } else {
        const before = head.length
        head += data.latin1Slice(at)
        const end = head.indexOf('\r\n\r\n')
        if (end === -1) return
        at += end + 4 - before
        const [, method, target] = /^(\w+) (\S+)/.exec(head)
        left = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
        request = { method, target, length: left, body: '' }
        if (/\r\nexpect: *100-continue/i.test(head)) socket.write('HTTP/1.1 100 Continue\r\n\r\n')
        head = ''
      }
      if (left > 0) continue
      serve(socket, request)
      request = undefined
    }
  })
}).listen(0, '127.0.0.1', function () {
  process.send?.(this.address().port)
})

// A server for measurements: canned answers over raw sockets, so that it costs little beside the client.
import { createServer } from 'node:net'

const kib = Buffer.alloc(1024, 'x')
const answerToGet = Buffer.concat([
  Buffer.from(
    'HTTP/1.1 200 OK\r\nContent-Length: 1024\r\nETag: "0"\r\nContent-Type: text/plain\r\n\r\n',
  ),
  kib,
])
const answerToPut = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nETag: "0"\r\n\r\n')
const chunk = Buffer.alloc(64 * 1024, 'x')

createServer((socket) => {
  let head = ''
  let bodyLeft = 0
  let answer = answerToPut
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (data) => {
    let offset = 0
    while (offset < data.length) {
      if (bodyLeft > 0) {
        const taken = Math.min(bodyLeft, data.length - offset)
        bodyLeft -= taken
        offset += taken
        if (bodyLeft === 0) socket.write(answer)
        continue
      }
      head += data.latin1Slice(offset, data.length)
      const end = head.indexOf('\r\n\r\n')
      if (end === -1) return
      offset = data.length - (head.length - end - 4)
      const length = /content-length: (\d+)/i.exec(head)?.[1]
      const size = /^GET \/bytes\/(\d+)/.exec(head)?.[1]
      answer = head.startsWith('GET') ? answerToGet : answerToPut
      head = ''
      if (length !== undefined && length !== '0') bodyLeft = Number(length)
      else if (size === undefined) socket.write(answer)
      else stream(socket, Number(size))
    }
  })
}).listen(0, '127.0.0.1', function () {
  process.send?.(this.address().port)
})

function stream(socket, size) {
  socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`)
  let left = size
  const more = () => {
    while (left > 0) {
      const piece = left < chunk.length ? chunk.subarray(0, left) : chunk
      left -= piece.length
      if (!socket.write(piece)) {
        socket.once('drain', more)
        return
      }
    }
  }
  more()
}

// CPU of the client per request: our Node transport beside `node:http` used directly, and large bodies in both directions.
// Run it on the built package: node benchmarks/http/cpu-per-request.mjs [rounds] [requests per round]
import { fork } from 'node:child_process'
import { Agent, request as httpRequest } from 'node:http'
import { nodeTransport } from '../../packages/core/dist/index.mjs'

const rounds = Number(process.argv[2] ?? 9)
const requests = Number(process.argv[3] ?? 20_000)
const gib = 1024 ** 3

const server = fork(new URL('stub-server.mjs', import.meta.url))
const port = await new Promise((resolve) => {
  server.once('message', resolve)
})
const kib = Buffer.alloc(1024, 'y')
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const transport = nodeTransport()
const origin = { scheme: 'http', host: '127.0.0.1', port }
const headers = {
  authorization: 'AWS4-HMAC-SHA256 Credential=x/20260101/nyc3/s3/aws4_request, Signature=0',
  'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
  'x-amz-date': '20260101T000000Z',
}

const bodyOf = (bytes) => ({
  size: bytes.length,
  replayable: true,
  bytes,
  md5: () => undefined,
  open() {
    throw new Error('not asked for')
  },
})
const kibBody = bodyOf(kib)

const raw = (method, path, body) =>
  new Promise((resolve, reject) => {
    const sent = httpRequest(
      {
        host: '127.0.0.1',
        port,
        method,
        path,
        agent,
        headers: body ? { ...headers, 'content-length': body.length } : headers,
      },
      (response) => {
        let bytes = 0
        response.on('data', (chunk) => {
          bytes += chunk.length
        })
        response.on('end', () => resolve(bytes))
        response.on('error', reject)
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })

const ours = async (method, path, body) => {
  const response = await transport.send({ method, origin, path, headers, body })
  let bytes = 0
  for (;;) {
    const next = response.body.read()
    const chunk = next !== undefined && 'then' in next ? await next : next
    if (chunk === undefined) return bytes
    bytes += chunk.length
  }
}

const scenarios = [
  ['GET 1 KiB, 32 at once', 32, requests, () => raw('GET', '/k'), () => ours('GET', '/k')],
  [
    'PUT 1 KiB, 32 at once',
    32,
    requests,
    () => raw('PUT', '/k', kib),
    () => ours('PUT', '/k', kibBody),
  ],
  ['GET 1 KiB, one by one', 1, requests / 4, () => raw('GET', '/k'), () => ours('GET', '/k')],
]

async function measure(atOnce, count, send) {
  let left = count
  const before = process.cpuUsage()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left > 0) {
        left -= 1
        await send()
      }
    }),
  )
  const { user, system } = process.cpuUsage(before)
  return (user + system) / count
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

for (const [name, atOnce, count, rawSend, ourSend] of scenarios) {
  const results = { raw: [], ours: [] }
  for (let round = 0; round <= rounds; round += 1) {
    const order = round % 2 === 0 ? ['raw', 'ours'] : ['ours', 'raw']
    for (const which of order) {
      const micros = await measure(atOnce, count, which === 'raw' ? rawSend : ourSend)
      if (round > 0) results[which].push(micros)
    }
  }
  const [rawMicros, ourMicros] = [median(results.raw), median(results.ours)]
  console.log(
    `${name}: node:http ${rawMicros.toFixed(1)} µs (best ${Math.min(...results.raw).toFixed(1)}), ` +
      `ours ${ourMicros.toFixed(1)} µs (best ${Math.min(...results.ours).toFixed(1)}), ` +
      `${(ourMicros / rawMicros).toFixed(2)} x`,
  )
}

const part = Buffer.alloc(8 * 1024 * 1024, 'z')
const partBody = bodyOf(part)
const large = [
  ['download of 1 GiB', 1, () => raw('GET', `/bytes/${gib}`), () => ours('GET', `/bytes/${gib}`)],
  [
    'upload of 1 GiB in parts of 8 MiB, 4 at once',
    4,
    () => raw('PUT', '/k', part),
    () => ours('PUT', '/k', partBody),
  ],
]
for (const [name, atOnce, rawSend, ourSend] of large) {
  const results = { raw: [], ours: [] }
  for (let round = 0; round < 3; round += 1) {
    for (const [which, send] of [
      ['raw', rawSend],
      ['ours', ourSend],
    ]) {
      const count = atOnce === 1 ? 1 : gib / part.length
      results[which].push(((await measure(atOnce, count, send)) * count) / 1e6)
    }
  }
  console.log(
    `${name}: node:http ${median(results.raw).toFixed(2)} CPU s, ours ${median(results.ours).toFixed(2)} CPU s`,
  )
}

await transport.close()
agent.destroy()
server.kill()

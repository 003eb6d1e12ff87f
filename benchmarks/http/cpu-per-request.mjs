// CPU of the client per request: our transports beside `node:http` used directly, and large bodies in both directions.
// Run it on the built package: node benchmarks/http/cpu-per-request.mjs [rounds] [requests per round]
import { fork } from 'node:child_process'
import { Agent, request as httpRequest } from 'node:http'
import { fetchTransport, nodeTransport } from '../../packages/core/dist/index.mjs'
import { undiciTransport } from '../../packages/core/dist/undici.mjs'

const rounds = Number(process.argv[2] ?? 9)
const requests = Number(process.argv[3] ?? 20_000)
const gib = 1024 ** 3

const server = fork(new URL('stub-server.mjs', import.meta.url))
const port = await new Promise((resolve) => {
  server.once('message', resolve)
})
const kib = Buffer.alloc(1024, 'y')
const agent = new Agent({ keepAlive: true, maxSockets: 64 })
const transports = {
  nodeTransport: nodeTransport(),
  undiciTransport: undiciTransport(),
  fetchTransport: fetchTransport(),
}
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

const through = (transport) => async (method, path, body) => {
  const response = await transport.send({ method, origin, path, headers, body })
  let bytes = 0
  for (;;) {
    const next = response.body.read()
    const chunk = next !== undefined && 'then' in next ? await next : next
    if (chunk === undefined) return bytes
    bytes += chunk.length
  }
}

// What each is given for a body.
const ways = [
  ['node:http', raw, (bytes) => bytes],
  ...Object.entries(transports).map(([name, transport]) => [name, through(transport), bodyOf]),
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

/** Runs every way in turn, so that all meet the same noise; the first round warms up. */
async function compare(title, howOften, unit, run) {
  const results = new Map(ways.map(([name]) => [name, []]))
  for (let round = 0; round <= howOften; round += 1) {
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
      const spent = await run(way)
      if (round > 0) results.get(way[0]).push(spent)
    }
  }
  const base = median(results.get('node:http'))
  console.log(title)
  for (const [name, values] of results) {
    const middle = median(values)
    const best = Math.min(...values)
    console.log(
      `  ${name.padEnd(16)} ${middle.toFixed(2).padStart(7)} ${unit}, best ${best.toFixed(2)}, ${(middle / base).toFixed(2)} x`,
    )
  }
}

const part = Buffer.alloc(8 * 1024 * 1024, 'z')
const scenarios = [
  ['GET of 1 KiB, 32 at once', 32, requests, 'GET', '/k'],
  ['PUT of 1 KiB, 32 at once', 32, requests, 'PUT', '/k', kib],
  ['GET of 1 KiB, one by one', 1, requests / 4, 'GET', '/k'],
]
for (const [title, atOnce, count, method, path, bytes] of scenarios) {
  await compare(title, rounds, 'µs', ([, send, bodyFor]) => {
    const body = bytes && bodyFor(bytes)
    return measure(atOnce, count, () => send(method, path, body))
  })
}
await compare('download of 1 GiB', 3, 'CPU s', async ([, send]) => {
  return (await measure(1, 1, () => send('GET', `/bytes/${gib}`))) / 1e6
})
await compare(
  'upload of 1 GiB in parts of 8 MiB, 4 at once',
  3,
  'CPU s',
  async ([, send, bodyFor]) => {
    const parts = gib / part.length
    const body = bodyFor(part)
    return ((await measure(4, parts, () => send('PUT', '/k', body))) * parts) / 1e6
  },
)

for (const transport of Object.values(transports)) await transport.close()
agent.destroy()
server.kill()

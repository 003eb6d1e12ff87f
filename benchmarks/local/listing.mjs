// Time and memory of listing many objects: in one folder, spread over a tree, written by the
// driver, and found there.
//
//   node benchmarks/local/listing.mjs [objects, default 100000]
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LocalStorageDriver } from '../../packages/local/dist/index.mjs'

const count = Number(process.argv[2] ?? 100_000)
const MiB = 1024 ** 2
const place = await mkdtemp(join(tmpdir(), 'cloudstore-listing-'))
const driver = new LocalStorageDriver({ root: place })

const digits = (index) => String(index).padStart(7, '0')
const flat = (index) => `object-${digits(index)}.json`
const tree = (index) => `${digits(index).slice(0, 4)}/${digits(index)}.json`

async function many(work) {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: 16 }, worker))
}

async function timed(what, work) {
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let peak = before
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss)
  }, 20)
  const start = performance.now()
  const done = await work()
  const seconds = (performance.now() - start) / 1000
  clearInterval(watch)
  const rate = (seconds / done) * 1e6
  console.log(
    `${what}: ${done} in ${seconds.toFixed(2)} s (${rate.toFixed(0)} µs each), RSS ${(before / MiB).toFixed(0)} MiB before, ${(peak / MiB).toFixed(0)} MiB at its peak`,
  )
}

async function list(container, options) {
  let seen = 0
  let last = ''
  for await (const { key } of container.list(options)) {
    if (key <= last) throw new Error(`${key} was listed behind ${last}`)
    last = key
    seen += 1
  }
  return seen
}

async function measure(name, container, keyOf) {
  await timed(`${name}, all`, () => list(container))
  await timed(`${name}, the last tenth by startAfter`, () =>
    list(container, { startAfter: keyOf(Math.floor(count * 0.9) - 1) }),
  )
  await timed(`${name}, common prefixes`, async () => {
    let prefixes = 0
    for await (const _ of container.listPrefixes({ delimiter: '/' })) prefixes += 1
    return prefixes || 1
  })
}

try {
  for (const [name, keyOf] of Object.entries({ flat, tree })) {
    const container = await driver.createContainer(`written-${name}`)
    await timed(`put, ${name}`, async () => {
      await many((index) => container.put(keyOf(index), 'x'))
      return count
    })
    await measure(`written, ${name}`, container, keyOf)
  }
  const folder = join(place, 'found-flat')
  await mkdir(folder)
  await many((index) => writeFile(join(folder, flat(index)), 'x'))
  await measure('found, flat', driver.container('found-flat'), flat)
} finally {
  await driver.close()
  await rm(place, { recursive: true })
}

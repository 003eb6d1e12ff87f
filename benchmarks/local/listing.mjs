// Time and memory of listing many objects: in one folder, in a tree, written by the driver, and
// found there. Each measurement runs in a process of its own, whose peak the kernel reports.
//
//   node benchmarks/local/listing.mjs [objects, default 100000]
import { fork } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LocalStorageDriver } from '../../packages/local/dist/index.mjs'

const digits = (index) => String(index).padStart(7, '0')

const shapes = {
  flat: (index) => `object-${digits(index)}.json`,
  tree: (index) => `${digits(index).slice(0, 4)}/${digits(index)}.json`,
}

const preparations = {
  'written, flat': (driver) => putAll(driver, 'flat'),
  'written, tree': (driver) => putAll(driver, 'tree'),
  'found, flat': (_, container) => writeAll(container, 'flat'),
}

const measurements = {
  'nothing (what the process takes anyway)': async () => 1,
  'all objects': (container) => list(container, {}),
  'the last tenth, by startAfter': (container, shape) =>
    list(container, { startAfter: shape(Math.floor(count * 0.9) - 1) }),
  'common prefixes': async (container) => {
    let prefixes = 0
    for await (const _ of container.listPrefixes()) prefixes += 1
    return prefixes
  },
}

const [, , argument = '100000', place, preparation, measurement] = process.argv
const count = Number(argument)
if (measurement === undefined) await measureAll()
else await measure()

async function measureAll() {
  const root = await mkdtemp(join(tmpdir(), 'cloudstore-listing-'))
  const driver = new LocalStorageDriver({ root })
  try {
    for (const [name, prepare] of Object.entries(preparations)) {
      await driver.createContainer(containerOf(name))
      await prepare(driver, join(root, containerOf(name)))
      for (const each of Object.keys(measurements)) await inChild(root, name, each)
    }
  } finally {
    await driver.close()
    await rm(root, { recursive: true })
  }
}

async function inChild(...args) {
  const child = fork(fileURLToPath(import.meta.url), [argument, ...args])
  const code = await new Promise((resolve) => {
    child.once('exit', resolve)
  })
  if (code !== 0) process.exitCode = 1
}

async function measure() {
  const driver = new LocalStorageDriver({ root: place })
  const container = driver.container(containerOf(preparation))
  const cpu = process.cpuUsage()
  const start = performance.now()
  const found = await measurements[measurement](container, shapes[preparation.split(', ')[1]])
  const seconds = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const busy = ((user + system) / 1e6).toFixed(1)
  const peak = (process.resourceUsage().maxRSS / 1024).toFixed(0)
  const what = `${preparation}, ${measurement}`
  console.log(
    `${what}: ${found} in ${seconds.toFixed(2)} s, ${busy} s of CPU, peak RSS ${peak} MiB`,
  )
  await driver.close()
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

function containerOf(name) {
  return name.replace(', ', '-')
}

function putAll(driver, shape) {
  const container = driver.container(`written-${shape}`)
  return many((index) => container.put(shapes[shape](index), 'x'))
}

function writeAll(folder, shape) {
  return many(async (index) => {
    const path = join(folder, shapes[shape](index))
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, 'x')
  })
}

async function many(work) {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await work(index)
  }
  await Promise.all(Array.from({ length: 16 }, worker))
}

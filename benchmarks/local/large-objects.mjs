// The peak memory of one large upload from a stream of unknown length, and of one large download to
// a file. Each runs in a process of its own, whose peak resident set the kernel reports.
//
//   node benchmarks/local/large-objects.mjs [GiB, default 2]
import { fork } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LocalStorageDriver } from '../../packages/local/dist/index.mjs'

const MiB = 1024 ** 2
const bound = 160

const steps = {
  async upload(container, size) {
    // Two megabytes at a time would be kind: most streams come in 64 KiB.
    const piece = Buffer.alloc(64 * 1024)
    async function* source() {
      for (let sent = 0; sent < size; sent += piece.length) {
        piece.writeDoubleLE(sent)
        yield Buffer.from(piece)
      }
    }
    const object = await container.put('large.bin', source())
    return object.size
  },
  async download(container, size, folder) {
    const path = join(folder, 'large.bin')
    await container.get('large.bin').toFile(path)
    return (await stat(path)).size
  },
}

const [, script, argument = '2', name, folder] = process.argv
const size = Number(argument) * 1024 * MiB
if (name === undefined) await measureAll()
else await measure(steps[name])

async function measureAll() {
  const place = await mkdtemp(join(tmpdir(), 'cloudstore-large-'))
  try {
    for (const step of Object.keys(steps)) {
      const child = fork(script ?? fileURLToPath(import.meta.url), [argument, step, place])
      const code = await new Promise((resolve) => {
        child.once('exit', resolve)
      })
      if (code !== 0) process.exitCode = 1
    }
  } finally {
    await rm(place, { recursive: true })
  }
}

async function measure(step) {
  const driver = new LocalStorageDriver({ root: join(folder, 'root') })
  const container = await driver.createContainer('large', { ifExists: 'return' })
  const start = performance.now()
  const moved = await step(container, size, folder)
  const seconds = (performance.now() - start) / 1000
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  const peak = maxRSS / 1024
  const cpu = (userCPUTime + systemCPUTime) / 1e6
  const rate = moved / MiB / seconds
  console.log(
    `${name} of ${moved / MiB} MiB: ${seconds.toFixed(1)} s, ${rate.toFixed(0)} MiB/s, ${cpu.toFixed(1)} s of CPU, peak RSS ${peak.toFixed(0)} MiB (bound ${bound})`,
  )
  if (peak > bound || moved !== size) process.exitCode = 1
  await driver.close()
}

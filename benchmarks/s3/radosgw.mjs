// The peak memory of 1 GiB up, from a stream of unknown length, and down, to a file, on a real Ceph RadosGW, in parts of 8 MiB, 4 at once.
// Each runs in a process of its own. Run it on the built packages:
//
//   npm run ws:build && node tooling/rgw/rgw.mjs start && node benchmarks/s3/radosgw.mjs [GiB, default 1]
import { execFileSync, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { getDriver } from '../../packages/core/dist/index.mjs'
import '../../packages/s3-compat/dist/index.mjs'
import { concurrency, GiB, MiB, partSize, pieces } from './content.mjs'

const bound = 160
const bucket = 'benchmark-of-memory'
const [, script, argument = '1', name, folder] = process.argv
const size = Number(argument) * GiB

const steps = {
  async upload(container) {
    const source = Readable.from(pieces(size), { objectMode: false })
    return (await container.put('large', source, { partSize, concurrency })).size
  },
  async download(container) {
    const path = join(folder, 'large')
    await container.get('large').toFile(path)
    return (await stat(path)).size
  },
}

if (name === undefined) await measureAll()
else await measure()

async function measureAll() {
  const place = await mkdtemp(join(tmpdir(), 'cloudstore-radosgw-'))
  const driver = open()
  const container = await driver.createContainer(bucket, { ifExists: 'return' })
  try {
    for (const signature of ['4', '2']) {
      for (const step of Object.keys(steps)) {
        const child = fork(script, [argument, step, place, signature])
        const code = await new Promise((resolve) => {
          child.once('exit', resolve)
        })
        if (code !== 0) process.exitCode = 1
      }
      await rm(join(place, 'large'), { force: true })
      await container.delete('large')
    }
  } finally {
    await driver.deleteContainer(container)
    await driver.close()
    await rm(place, { recursive: true })
  }
}

async function measure() {
  const signatureVersion = process.argv[5]
  const driver = open({ signatureVersion })
  const started = performance.now()
  const moved = await steps[name](driver.container(bucket))
  const seconds = (performance.now() - started) / 1000
  const { user, system } = process.cpuUsage()
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
  console.log(
    `${name} of ${moved / MiB} MiB, signature ${signatureVersion}: ${seconds.toFixed(1)} s, ${((user + system) / 1e6).toFixed(1)} s of CPU, peak RSS ${peak.toFixed(0)} MiB (bound ${bound})`,
  )
  if (peak > bound || moved !== size) process.exitCode = 1
  await driver.close()
}

function open(more) {
  const launcher = join(import.meta.dirname, '..', '..', 'tooling', 'rgw', 'rgw.mjs')
  const text = execFileSync(process.execPath, [launcher, 'env'], { encoding: 'utf8' })
  const found = (name) => new RegExp(`^export ${name}='(.*)'$`, 'm').exec(text)[1]
  return new (getDriver('s3_rgw'))({
    endpoint: found('RGW_ENDPOINT'),
    key: found('RGW_MAIN_ACCESS_KEY'),
    secret: found('RGW_MAIN_SECRET_KEY'),
    ...more,
  })
}

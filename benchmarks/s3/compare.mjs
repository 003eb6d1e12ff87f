// cloudstore beside @aws-sdk/client-s3 and minio: CPU of the client and its peak memory. Run it on the built packages:
//
//   npm run ws:build && node benchmarks/s3/compare.mjs [rounds, default 5] [scenario…]
//
// The others are installed from npm into this folder when they are not there. Each figure comes from a process of its own; clients take
// turns within a round, in another order each time, and the table shows medians.
import { execFile, execFileSync, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { clients } from './clients.mjs'
import { scenarios } from './scenarios.mjs'

const here = import.meta.dirname
const [rounds = '5', ...wanted] = process.argv.slice(2)
const names = wanted.length === 0 ? Object.keys(scenarios) : wanted
const execute = promisify(execFile)
const short = (value) => value.toFixed(value < 10 ? 2 : 0)

if (!existsSync(join(here, 'node_modules', 'minio'))) {
  console.log('Installing the other clients …')
  execFileSync('npm', ['install', '--no-package-lock', '--no-audit', '--no-fund'], {
    cwd: here,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

const stub = fork(join(here, 'stub.mjs'))
const port = await new Promise((resolve) => {
  stub.once('message', resolve)
})
const folder = await mkdtemp(join(tmpdir(), 'cloudstore-compare-'))
const results = new Map()

try {
  console.log(`Node ${process.version}, ${cpus()[0].model}, ${rounds} rounds`)
  for (let round = 0; round < Number(rounds); round += 1) {
    for (const scenario of names) {
      for (const client of rotated(Object.keys(clients), round)) {
        const figures = await measure(client, scenario)
        if (figures === undefined) continue
        const all = results.get(`${scenario} ${client}`) ?? []
        results.set(`${scenario} ${client}`, [...all, figures])
      }
    }
  }
  for (const scenario of names) print(scenario)
} finally {
  stub.kill()
  await rm(folder, { recursive: true, force: true })
}

async function measure(client, scenario) {
  const args = [join(here, 'measure.mjs'), client, scenario, String(port), folder]
  const { stdout } = await execute(process.execPath, args)
  return stdout === '' ? undefined : JSON.parse(stdout)
}

function print(scenario) {
  const { title, unit } = scenarios[scenario]
  const of = (client) => results.get(`${scenario} ${client}`)
  const base = median(of('cloudstore').map(({ cpu }) => cpu))
  console.log(`\n${title}\n`)
  console.log(`| client | ${unit} (best) | x cloudstore | peak RSS, MiB | seconds |`)
  console.log('| --- | --: | --: | --: | --: |')
  for (const client of Object.keys(clients)) {
    const figures = of(client)
    if (figures === undefined) continue
    const cpu = median(figures.map(({ cpu }) => cpu))
    const best = Math.min(...figures.map(({ cpu }) => cpu))
    const rss = median(figures.map(({ rss }) => rss))
    const seconds = median(figures.map(({ seconds }) => seconds))
    console.log(
      `| ${client} | ${short(cpu)} (${short(best)}) | ${short(cpu / base)} | ${rss.toFixed(0)} | ${short(seconds)} |`,
    )
  }
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}

function rotated(list, by) {
  const at = by % list.length
  return [...list.slice(at), ...list.slice(0, at)]
}

// Everything that `npm test` proves, one step after another. Each step is a command of its own that
// can also be run alone; it succeeds or fails as a whole, unless its output ends in a line like
// `12 passed, 0 failed`, which is then added up. A step that needs a failed one is left out; the rest
// runs all the same, so that one run shows everything that is wrong.
//
//   node tooling/test.mjs               all steps
//   node tooling/test.mjs types tests   these steps only
import { spawn } from 'node:child_process'
import { steps } from './steps.mjs'
import { root } from './workspace.mjs'

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name))
if (unknown.length > 0) {
  console.error(
    `No such step: ${unknown.join(', ')}. There are: ${steps.map(({ name }) => name).join(', ')}`,
  )
  process.exit(1)
}

// Steps write to a pipe, so they are told what this process writes to.
const colors = process.stdout.isTTY
  ? { FORCE_COLOR: '1' }
  : { NO_COLOR: '1', FORCE_COLOR: undefined }
const total = { passed: 0, failed: 0, skipped: 0 }
const failed = new Set()
const started = performance.now()

for (const step of steps) {
  if (wanted.length > 0 && !wanted.includes(step.name)) continue
  const cause = step.needs?.find((name) => failed.has(name))
  if (cause) {
    failed.add(step.name)
    total.failed += 1
    say('✗', step, `not run: it needs ${cause}`)
    continue
  }
  const begun = performance.now()
  const { status, output } = await run(step)
  const counts = closingLine(output) ?? { passed: status === 0 ? 1 : 0, failed: 0, skipped: 0 }
  if (status !== 0 && counts.failed === 0) counts.failed = 1
  for (const what of Object.keys(total)) total[what] += counts[what]
  if (status === 0) {
    say('✓', step, seconds(begun), step.live ? '' : lastLine(output))
  } else {
    failed.add(step.name)
    if (!step.live) process.stdout.write(indented(output))
    say('✗', step, seconds(begun), `alone: ${step.command.join(' ')}`)
  }
}

console.log(
  `\n${failed.size === 0 ? 'All good' : `Failed: ${[...failed].join(', ')}`} in ${seconds(started)}`,
)
const tail = total.skipped > 0 ? `, ${total.skipped} skipped` : ''
console.log(`${total.passed} passed, ${total.failed} failed${tail}`)
process.exitCode = failed.size === 0 && total.failed === 0 ? 0 : 1

/**
 * Runs a step's command; its output is shown as it comes if the step is `live`, else kept. A step
 * that takes longer than its `minutes` is ended: a test run must not hang.
 */
function run({ command: [program, ...args], live, minutes = 5 }) {
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...colors },
    shell: process.platform === 'win32',
  })
  const chunks = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      chunks.push(chunk)
      if (live) process.stdout.write(chunk)
    })
  }
  const limit = setTimeout(() => {
    console.log(`ended after ${minutes} minutes`)
    child.kill('SIGKILL')
    // What it started itself may live on and must not keep these open.
    child.stdout.destroy()
    child.stderr.destroy()
  }, minutes * 60_000)
  return new Promise((done, fail) => {
    child.once('error', fail)
    child.once('close', (status) => {
      clearTimeout(limit)
      done({ status, output: Buffer.concat(chunks).toString() })
    })
  })
}

function closingLine(output) {
  const found = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1)
  if (!found) return undefined
  const [, ...numbers] = found.map((digits) => Number(digits ?? 0))
  return { passed: numbers[0], failed: numbers[1], skipped: numbers[2] }
}

function say(mark, { name, title }, time, detail = '') {
  console.log(
    `${mark} ${name.padEnd(11)} ${title.padEnd(46)} ${time.padStart(6)}  ${detail}`.trimEnd(),
  )
}

function seconds(begun) {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`
}

function lastLine(output) {
  const line = output.trim().split('\n').at(-1).trim()
  return line.length > 0 && line.length <= 90 ? line : ''
}

function indented(output) {
  return output.trimEnd().replaceAll(/^/gm, '    ') + '\n'
}

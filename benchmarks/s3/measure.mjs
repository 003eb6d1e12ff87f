// One scenario with one client, in a process of its own: node measure.mjs client scenario port folder. Prints its figures as JSON.
import { readFileSync } from 'node:fs'
import { clients } from './clients.mjs'
import { MiB } from './content.mjs'
import { scenarios } from './scenarios.mjs'

const [, , clientName, scenarioName, port, folder] = process.argv
const client = await clients[clientName](Number(port))
// The bare transport does single requests alone.
if (client[scenarioName] === undefined) process.exit()
const { warmUp, run } = scenarios[scenarioName]
await warmUp?.(client)

const started = performance.now()
const before = process.cpuUsage()
const count = await run(client, folder)
const { user, system } = process.cpuUsage(before)
const figures = {
  /** Microseconds of CPU per thing done, all threads. */
  cpu: (user + system) / count,
  seconds: (performance.now() - started) / 1000,
  /** MiB, over the life of the process. */
  rss: peak(),
}
console.log(JSON.stringify(figures))
process.exit()

/** The kernel's high-water mark of this program; the one of `resourceUsage` begins with the parent's. */
function peak() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
  } catch {
    return (process.resourceUsage().maxRSS * 1024) / MiB
  }
}

import { LocalStorageDriver } from '../../src/index.ts'
import { endOf, messageOf, startChild } from './child.ts'
import { versionOf } from './versions.ts'

/** Among them keys of which one is the folder of the other, and one whose folders come and go. */
export const killKeys = ['plain', 'folder/object', 'folder', 'deep/er/object'] as const

export interface KillLoopResult {
  readonly kills: number
  readonly writes: number
  /** What was found of objects that were neither the old nor the new one. */
  readonly torn: readonly string[]
}

interface Report {
  readonly key: string
  readonly number: number
  readonly done: boolean
}

/**
 * Starts a process that overwrites objects, kills it at a random moment, and looks whether every
 * object is one whole version, not older than the last one whose write had been reported as done.
 */
export async function killLoop(root: string, kills: number): Promise<KillLoopResult> {
  const driver = new LocalStorageDriver({ root })
  await driver.createContainer('killed')
  const torn: string[] = []
  /** The last version that is known to be written, by key. */
  const settled = new Map<string, number>()
  let next = 1
  for (let round = 0; round < kills; round += 1) {
    const begun = new Map<string, number>()
    const child = startChild('writer.ts', root, String(next))
    child.on('message', (message) => {
      const { key, number, done } = message as Report
      ;(done ? settled : begun).set(key, number)
      next = number + 1
    })
    await messageOf(child)
    await new Promise((resolve) => {
      setTimeout(resolve, Math.random() * 60)
    })
    child.kill('SIGKILL')
    await endOf(child)
    for (const key of killKeys) {
      const found = await versionFound(driver, key)
      const least = settled.get(key) ?? 0
      const most = Math.max(least, begun.get(key) ?? 0)
      const isWhole = typeof found === 'number' && (found === least || found === most)
      if (isWhole) settled.set(key, found)
      else torn.push(`round ${round}, ${key}: ${found}, expected ${least} or ${most}`)
    }
  }
  await driver.close()
  return { kills, writes: next - 1, torn }
}

/** The number of the version that is there, 0 when nothing is, or what is wrong with it. */
async function versionFound(driver: LocalStorageDriver, key: string): Promise<number | string> {
  const container = driver.container('killed')
  if (!(await container.exists(key))) return 0
  const stream = container.get(key)
  const info = await stream.info()
  const number = Number(info.metadata?.['version'])
  if (!Number.isInteger(number)) return 'no metadata'
  const expected = versionOf(number)
  const bytes = await stream.bytes()
  if (info.contentType !== expected.contentType) return `content type ${info.contentType}`
  if (Buffer.compare(bytes, expected.bytes) !== 0) return `other bytes than those of ${number}`
  return number
}

// The main job, on real files: `npm run demo`, or `npm run demo -- ~/Pictures` for a folder of yours. CLOUDSTORE_PROVIDER and its options in
// the environment choose another provider; CLOUDSTORE_CONTAINER names a container that is there already.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chooseFiles, leftOut } from './demo/choose-files.ts'
import { withDriver } from './demo/open.ts'
import { count, say, sizeOf } from './demo/screen.ts'
import { addresses, copyToMemory, download, list, upload } from './demo/tour.ts'
import { visit } from './demo/visit.ts'

const source = resolve(process.argv[2] ?? join(import.meta.dirname, '..'))
const id = `cloudstore-demo-${randomBytes(4).toString('hex')}`
const existing = process.env['CLOUDSTORE_CONTAINER'] || undefined

// Ctrl-C ends the tour and cleans up; a second one ends the program.
const interruption = new AbortController()
process.once('SIGINT', () => {
  interruption.abort(new Error('interrupted'))
})

const temporary = await mkdtemp(join(tmpdir(), 'cloudstore-demo-'))
try {
  const files = await chooseFiles(source)
  if (files.length === 0) throw new Error(`there are no files in ${source} (but for ${leftOut})`)
  const total = files.reduce((sum, { size }) => sum + size, 0)
  say('Files', `${count(files.length, 'file')}, ${sizeOf(total)}, in ${source}`)
  say('', `(left out: ${leftOut})`)

  await withDriver(temporary, async (driver) => {
    say('Provider', `${driver.name} (${driver.provider})`)
    await visit({ driver, id, existing }, async (container, prefix) => {
      const tour = { container, prefix, files, folder: temporary, signal: interruption.signal }
      for (const step of [upload, list, download, copyToMemory, addresses]) await step(tour)
    })
  })
  say('Done', 'everything came back as it was sent')
} catch (error) {
  process.exitCode = 1
  console.error(`\nStopped: ${error instanceof Error ? error.message : String(error)}`)
} finally {
  await rm(temporary, { recursive: true, force: true })
}

// A provider of one's own, shelf/, is used like any other. docs/writing-a-provider.md says how it was written.
import { join } from 'node:path'
import { configFromEnv, getDriver, openDriver } from '@cloudstore/core'
import './shelf/index.ts'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function customProvider({ folder }: Setting): Promise<void> {
  const file = join(folder, 'notes.shelf')
  // #region use
  const Shelf = getDriver('shelf')
  const driver = new Shelf({ file })
  const notes = await driver.createContainer('notes')
  await notes.put('2026/hello.txt', 'Hello', { metadata: { author: 'ada' } })
  await driver.close()

  const env = { CLOUDSTORE_PROVIDER: 'shelf', CLOUDSTORE_FILE: file, CLOUDSTORE_MAX_BYTES: '1000' }
  await using again = await openDriver(configFromEnv(env))
  console.log(await again.container('notes').get('2026/hello.txt').text())
  // #endregion
}

await runDirectly(import.meta.url, customProvider)

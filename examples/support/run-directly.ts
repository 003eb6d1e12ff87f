import { realpathSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { openFromEnvironment } from './open-from-environment.ts'
import { type Example, runInSetting } from './setting.ts'

/** Runs an example when its file is the program that Node was started with, not when a test imports it. */
export async function runDirectly(url: string, example: Example): Promise<void> {
  const program = process.argv[1]
  if (program === undefined || pathToFileURL(realpathSync(program)).href !== url) return
  await runInSetting(openFromEnvironment, example)
}

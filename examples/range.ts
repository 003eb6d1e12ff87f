// A part of an object, without the rest of it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function range({ container, folder }: Setting): Promise<void> {
  // #region range
  await container.put('alphabet.txt', 'abcdefghijklmnopqrstuvwxyz')
  // `start` counts from 0 and is part of the range, `end` is not; without `end` it goes to the end of the object.
  console.log(await container.get('alphabet.txt', { range: { start: 2, end: 5 } }).text()) // cde
  console.log(await container.get('alphabet.txt', { range: { start: 23 } }).text()) // xyz
  // #endregion

  const path = join(folder, 'middle.txt')
  // #region range-to-file
  await container.get('alphabet.txt', { range: { start: 10, end: 16 } }).toFile(path)
  // #endregion
  console.log(await readFile(path, 'utf8'))
}

await runDirectly(import.meta.url, range)

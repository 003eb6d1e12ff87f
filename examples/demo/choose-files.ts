import { opendir, stat } from 'node:fs/promises'
import { join } from 'node:path'

export interface ChosenFile {
  /** Below the folder, with `/`: the key of its object. */
  readonly key: string
  readonly path: string
  /** Bytes. */
  readonly size: number
}

/** What is made by tools, and large. */
const left = new Set(['node_modules', 'bower_components', 'dist', 'temp', 'tmp', 'coverage'])

/** What `chooseFiles` leaves out, for people. */
export const leftOut = `hidden files, links, ${[...left].join(', ')}`

/** All ordinary files below a folder, in the order of their keys. Links are not followed. */
export async function chooseFiles(folder: string): Promise<ChosenFile[]> {
  const files: ChosenFile[] = []
  for await (const { key, path } of walk(folder, '')) {
    files.push({ key, path, size: (await stat(path)).size })
  }
  return files.sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)))
}

async function* walk(
  folder: string,
  prefix: string,
): AsyncGenerator<{ key: string; path: string }> {
  for await (const entry of await opendir(folder)) {
    // Hidden files often hold passwords, and this may go to a provider far away.
    if (entry.name.startsWith('.') || left.has(entry.name)) continue
    const path = join(folder, entry.name)
    const key = `${prefix}${entry.name}`
    if (entry.isDirectory()) yield* walk(path, `${key}/`)
    else if (entry.isFile()) yield { key, path }
  }
}

/** The largest that takes a moment at most, so that the tour stays short; else the smallest that is not empty. */
export function sampleOf(files: readonly ChosenFile[]): ChosenFile {
  const bySize = files.filter(({ size }) => size > 0).toSorted((a, b) => b.size - a.size)
  const sample = bySize.find(({ size }) => size <= 32 * 1024 ** 2) ?? bySize.at(-1) ?? files[0]
  if (sample === undefined) throw new Error('there is no file to take')
  return sample
}

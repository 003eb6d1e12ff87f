import { randomBytes } from 'node:crypto'
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StorageError } from '@cloudstore/core'
import type { NameStyle } from '../names/segment-names.ts'
import type { ControlFolder } from './control-folder.ts'
import { unlessMissing } from './errno.ts'
import { readText, removeFile } from './calls.ts'

const kind = 'cloudstore-local'
const version = 1

/**
 * The style of names that the format file records, or `undefined` in a folder that was never
 * written to.
 */
export async function readFormat(control: ControlFolder): Promise<NameStyle | undefined> {
  const text = await readText(control.format)
  if (text === undefined) return undefined
  const style = parseFormat(text, control.format)
  if (style === 'exact' && (await sameFolder(control.path, swapCase(control.path)))) {
    throw new StorageError(
      'InvalidConfig',
      `${dirname(control.path)} was written where upper and lower case are different names, and lies now where they are the same`,
      {
        hint: 'Open it where it was, and copy its objects to a driver with a new root folder here',
      },
    )
  }
  return style
}

function parseFormat(text: string, path: string): NameStyle {
  let format: unknown
  try {
    format = JSON.parse(text)
  } catch (cause) {
    throw damaged(path, cause)
  }
  if (typeof format !== 'object' || format === null || !('version' in format)) throw damaged(path)
  if (typeof format.version !== 'number' || !('format' in format) || format.format !== kind) {
    throw damaged(path)
  }
  if (format.version > version) {
    throw new StorageError(
      'InvalidConfig',
      `${path} has version ${format.version} of the format; this release knows versions up to ${version}`,
      { hint: 'Upgrade @cloudstore/local' },
    )
  }
  if ('names' in format && (format.names === 'exact' || format.names === 'portable')) {
    return format.names
  }
  throw damaged(path)
}

function damaged(path: string, cause?: unknown): StorageError {
  return new StorageError('InvalidConfig', `${path} is no format file of @cloudstore/local`, {
    hint: 'Restore it from a backup, or choose another root folder',
    cause,
  })
}

/**
 * Makes the control folder and records how names are written, after trying what the file system
 * does with them.
 */
export async function writeFormat(control: ControlFolder): Promise<NameStyle> {
  const { temporary, locks, owners, containers, facts, uploads } = control
  for (const folder of [temporary, locks, owners, containers, facts, uploads]) {
    await mkdir(folder, { recursive: true })
  }
  const existing = await readFormat(control)
  if (existing !== undefined) return existing
  const draft = join(control.path, `format-\u00c9-${randomBytes(8).toString('hex')}`)
  await writeFile(draft, '', { flag: 'wx' })
  try {
    const names: NameStyle = (await takesForOne(draft)) ? 'portable' : 'exact'
    await writeFile(draft, `${JSON.stringify({ format: kind, version, names })}\n`, { flush: true })
    await rename(draft, control.format)
    return names
  } catch (error) {
    await removeFile(draft)
    throw error
  }
}

/** Whether the file is also found in another case, or in another Unicode normal form. */
async function takesForOne(path: string): Promise<boolean> {
  const name = basename(path)
  for (const other of [name.toLowerCase(), name.normalize('NFD')]) {
    if ((await unlessMissing(stat(join(dirname(path), other)))) !== undefined) return true
  }
  return false
}

/**
 * What to expect of names below a folder that must not be written to: whether the folder itself is
 * found in another case.
 */
export async function guessStyle(folder: string): Promise<NameStyle> {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    const other = swapCase(path)
    if (other !== path) return (await sameFolder(path, other)) ? 'portable' : 'exact'
  }
  return process.platform === 'win32' || process.platform === 'darwin' ? 'portable' : 'exact'
}

function swapCase(path: string): string {
  const name = basename(path)
  const lower = name.toLowerCase()
  return join(dirname(path), lower === name ? name.toUpperCase() : lower)
}

async function sameFolder(path: string, other: string): Promise<boolean> {
  const [one, two] = await Promise.all([
    unlessMissing(stat(path, { bigint: true })),
    unlessMissing(stat(other, { bigint: true })),
  ])
  return one !== undefined && two !== undefined && one.dev === two.dev && one.ino === two.ino
}

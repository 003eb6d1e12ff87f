import { mkdir, realpath, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { StorageError } from '@cloudstore/core'
import type { NameStyle } from '../names/segment-names.ts'
import { controlFolder, type ControlFolder } from './control-folder.ts'
import { errnoOf, isMissing } from './errno.ts'
import { guessStyle, readFormat, writeFormat } from './format.ts'
import { factsAt } from './calls.ts'

/** A root folder that exists. */
export interface OpenRoot {
  /** The real path: no link on the way. */
  readonly path: string
  readonly style: NameStyle
  readonly control: ControlFolder
}

export interface RootFolder {
  /** The folder as it is, without writing to it; `undefined` while it does not exist. */
  toRead(): Promise<OpenRoot | undefined>
  /** The folder with its format file, both made where they are missing. */
  toWrite(): Promise<OpenRoot>
  /** Makes the control folder again, which somebody removed while it was in use. */
  repair(root: OpenRoot): Promise<void>
}

export interface RootSettings {
  readonly root: string
  readonly createRoot: boolean
}

/** The root folder of a driver. It is looked at on first use and remembered from then on. */
export function rootFolder({ root: given, createRoot }: RootSettings): RootFolder {
  // Against the working directory of now, not of some later moment.
  const wanted = resolve(given)
  let found: OpenRoot | undefined
  let writable: Promise<OpenRoot> | undefined

  const toRead = async (): Promise<OpenRoot | undefined> => {
    if (found !== undefined) return found
    const path = await realFolder(wanted)
    if (path === undefined) {
      if (createRoot) return undefined
      throw new StorageError('LocalFile', `the root folder ${wanted} does not exist`, {
        hint: 'Create it, or leave createRoot out',
      })
    }
    const control = controlFolder(path)
    await refuseLink(control)
    const style = (await readFormat(control)) ?? (await guessStyle(path))
    found ??= { path, style, control }
    return found
  }

  const open = async (): Promise<OpenRoot> => {
    let root = await toRead()
    if (root === undefined) {
      await mkdir(wanted, { recursive: true })
      root = await toRead()
    }
    if (root === undefined)
      throw new StorageError('LocalFile', `the root folder ${wanted} vanished`)
    const { path, control } = root
    found = { path, control, style: await writeFormat(control) }
    return found
  }

  return {
    toRead,
    toWrite() {
      writable ??= open().catch((error: unknown) => {
        writable = undefined
        throw error
      })
      return writable
    },
    async repair({ control }) {
      await writeFormat(control)
    },
  }
}

async function realFolder(path: string): Promise<string | undefined> {
  try {
    const real = await realpath(path)
    if ((await stat(real)).isDirectory()) return real
  } catch (error) {
    if (!isMissing(error)) throw error
    if ((await factsAt(path)) === undefined && (await nothingInTheWay(path))) {
      return undefined
    }
  }
  throw new StorageError('LocalFile', `the root folder ${path} is not a folder`, {
    hint: 'Option root must name a folder',
  })
}

/** Whether the path could be made: what exists of it consists of folders. */
async function nothingInTheWay(path: string): Promise<boolean> {
  try {
    await stat(path)
  } catch (error) {
    return errnoOf(error) === 'ENOENT'
  }
  return true
}

async function refuseLink(control: ControlFolder): Promise<void> {
  const facts = await factsAt(control.path)
  if (facts === undefined || facts.isDirectory()) return
  throw new StorageError('LocalFile', `${control.path} is not a folder`, {
    hint: 'This name is kept for @cloudstore/local: move what is there away',
  })
}

import { mkdir, realpath, rmdir } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { errorCode } from '../errors/error-shape.ts'
import { StorageError } from '../errors/errors.ts'

/** The folders that one download makes, which go again when it fails. */
export interface NewFolders {
  /** Whether the destination lies below a directory that was given, in folders that the key names. */
  readonly used: boolean
  /** The path of the file that the key names below a directory, all folders above it made. No link among them leads out of the directory. */
  below(directory: string, segments: readonly string[]): Promise<string>
  /** Removes those that were made, as far as they are empty. */
  removeEmpty(): Promise<void>
}

export function newFolders(): NewFolders {
  const made: string[] = []
  let used = false
  return {
    get used() {
      return used
    },
    async below(directory, segments) {
      used = true
      const root = await realpath(directory)
      let parent = root
      for (const segment of segments.slice(0, -1)) {
        const next = join(parent, segment)
        if (await isMade(next)) made.push(next)
        parent = await realpath(next)
        if (parent !== root && !parent.startsWith(root.endsWith(sep) ? root : root + sep)) {
          throw new StorageError(
            'InvalidArgument',
            `${next} is a link that leads out of ${directory}`,
            { hint: 'Give the whole path of the file as the destination' },
          )
        }
      }
      return join(parent, segments.at(-1) ?? '')
    },
    async removeEmpty() {
      for (const folder of made.splice(0).reverse()) if (!(await isRemoved(folder))) return
    },
  }
}

async function isMade(folder: string): Promise<boolean> {
  try {
    await mkdir(folder)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
}

/** What a folder says that is in use by now. */
const staying: ReadonlySet<string | undefined> = new Set([
  'ENOTEMPTY',
  'EEXIST',
  'ENOENT',
  'EBUSY',
  'EPERM',
  'EACCES',
])

async function isRemoved(folder: string): Promise<boolean> {
  try {
    await rmdir(folder)
    return true
  } catch (error) {
    if (staying.has(errorCode(error))) return false
    throw error
  }
}

import { randomBytes } from 'node:crypto'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OpenRoot } from '../root/root-folder.ts'
import { ownIdentity, type ProcessIdentity } from './process-identity.ts'
import { readText, removeFile } from '../root/calls.ts'

/** What stands in an owner file, and so in every lock, which is a link to one. */
export interface OwnerRecord extends ProcessIdentity {
  readonly token: string
}

/** This process, as others that use the same root folder see it. */
export interface Owner {
  readonly token: string
  /** The file that says who we are. Written on first use, and again when somebody removed it. */
  file(): Promise<string>
  /** Forgets the file, so that `file()` looks for it again. */
  renew(): void
  /**
   * A path for a file that is being written; if we die, others know by its name that it is ours.
   */
  temporaryPath(): string
  /**
   * The file system's idea of the time, in milliseconds. Those of files are compared with it, not
   * with our clock.
   */
  fileTime(): Promise<number>
  /** Removes the file. */
  leave(): Promise<void>
}

export function ownerOf(root: OpenRoot): Owner {
  const token = randomBytes(8).toString('hex')
  const path = join(root.control.owners, token)
  let written: Promise<string> | undefined
  let count = 0

  const write = async (): Promise<string> => {
    const record: OwnerRecord = { token, ...(await ownIdentity()) }
    await writeFile(path, JSON.stringify(record))
    return path
  }
  const file = (): Promise<string> => {
    written ??= write().catch((error: unknown) => {
      written = undefined
      throw error
    })
    return written
  }
  const temporaryPath = (): string => {
    count += 1
    return join(root.control.temporary, `${token}.${count.toString(36)}`)
  }
  return {
    token,
    file,
    renew() {
      written = undefined
    },
    temporaryPath,
    async fileTime() {
      await file()
      const probe = temporaryPath()
      await writeFile(probe, '')
      const { mtimeMs } = await stat(probe)
      await removeFile(probe)
      return mtimeMs
    },
    async leave() {
      if (written === undefined) return
      written = undefined
      await removeFile(path)
    },
  }
}

/**
 * Who an owner file or a lock belongs to; `undefined` when it is gone or was not written to its
 * end.
 */
export async function readOwner(path: string): Promise<OwnerRecord | undefined> {
  const text = await readText(path)
  if (text === undefined || text === '') return undefined
  return parseOwner(text)
}

function parseOwner(text: string): OwnerRecord | undefined {
  let record: unknown
  try {
    record = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof record !== 'object' || record === null) return undefined
  const { token, pid, started, machine }: Partial<Record<keyof OwnerRecord, unknown>> = record
  if (typeof token !== 'string' || !/^[0-9a-f]{16}$/.test(token)) return undefined
  if (typeof pid !== 'number' || typeof machine !== 'string') return undefined
  return { token, pid, machine, started: typeof started === 'string' ? started : undefined }
}

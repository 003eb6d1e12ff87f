import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { meaningOfName, namesOfSegment, type NameStyle } from '../names/segment-names.ts'

/** The folder below the root that holds everything but the bytes of the objects. */
const controlName = '.cloudstore'

/** The folder of a container that has the name of the control folder. */
const reservedName = `%2e${controlName.slice(1)}`

/** Where things lie in the control folder. */
export interface ControlFolder {
  readonly path: string
  readonly format: string
  /**
   * Files that are being written. On the file system of the objects, so that they can be renamed
   * into place.
   */
  readonly temporary: string
  readonly locks: string
  /** One file for each process that writes. */
  readonly owners: string
  readonly containers: string
  readonly facts: string
  readonly uploads: string
}

export function controlFolder(root: string): ControlFolder {
  const path = join(root, controlName)
  return {
    path,
    format: join(path, 'format.json'),
    temporary: join(path, 'tmp'),
    locks: join(path, 'locks'),
    owners: join(path, 'owners'),
    containers: join(path, 'containers'),
    facts: join(path, 'facts'),
    uploads: join(path, 'uploads'),
  }
}

/**
 * The name by which the control folder and the root know a container: one name, which is not that
 * of the control folder.
 */
export function containerFolderName(container: string, style: NameStyle): string | undefined {
  const names = namesOfSegment(container, style)
  const [name] = names
  if (name === undefined || names.length > 1) return undefined
  return name === controlName ? reservedName : name
}

/** The container that a folder of the root is, or `undefined` for the control folder. */
export function containerOfFolder(name: string, style: NameStyle): string | undefined {
  if (name === controlName || (style === 'portable' && name.toLowerCase() === controlName)) {
    return undefined
  }
  return name === reservedName ? controlName : meaningOfName(name, style, 'folder').segment
}

/** A name for what belongs to a key: of one length, lower case, and never that of another key. */
export function digestName(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 40)
}

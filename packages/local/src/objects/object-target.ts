import type { ContainerFolder } from '../containers/container-folder.ts'
import { digestName } from '../root/control-folder.ts'

/** An object that is about to be changed. */
export interface ObjectTarget {
  readonly container: ContainerFolder
  readonly key: string
}

/** The lock that everybody holds who changes this object. */
export function lockName({ container, key }: ObjectTarget): string {
  return digestName(container.name, key)
}

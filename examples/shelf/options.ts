import { type ConfigIssue, type DriverEnvironment, invalidConfig } from '@cloudstore/core'

// #region options
export interface ShelfOptions {
  /** The file that has everything while no driver does. */
  file: string
  /** The largest object in bytes. Default: any. */
  maxBytes?: number | undefined
}

/** From the environment an option is text, but for those that are named here. */
export const environment: DriverEnvironment = { maxBytes: { type: 'number' } }

/** Finds all that is wrong at once, and repeats no values: they may be secrets. */
export function checkOptions({ file, maxBytes, ...unknown }: ShelfOptions): ShelfOptions {
  const issues: ConfigIssue[] = []
  const keys = Object.keys(unknown)
  if (keys.length > 0) issues.push({ path: [], message: 'unknown', keys })
  if (typeof file !== 'string' || file === '') {
    issues.push({ path: ['file'], message: 'expected the path of a file' })
  }
  if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && maxBytes > 0)) {
    issues.push({ path: ['maxBytes'], message: 'expected a whole number of bytes' })
  }
  if (issues.length > 0) throw invalidConfig(issues, ['file', 'maxBytes'])
  return { file, maxBytes }
}
// #endregion

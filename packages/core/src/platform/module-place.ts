/** A place that installed packages are looked up from. */
export interface ModulePlace {
  readonly path: string
  has(packageName: string): boolean
  /** Loads it at once; throws what the package throws. */
  load(packageName: string): unknown
}

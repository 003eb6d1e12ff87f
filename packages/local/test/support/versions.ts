/**
 * Objects whose bytes, type and metadata all tell which version they are, so that a mixture shows.
 */
export interface Version {
  readonly number: number
  readonly bytes: Uint8Array
  readonly contentType: string
  readonly metadata: { readonly version: string }
}

/** Sizes go from nothing to some hundred KiB, so that a kill hits every step of a write. */
export function versionOf(number: number): Version {
  const size = (number * 7919) % 5 === 0 ? number % 700 : (number * 104_729) % 700_000
  const bytes = new Uint8Array(size).fill(number % 251)
  return {
    number,
    bytes,
    contentType: `text/x-version-${number}`,
    metadata: { version: `${number}` },
  }
}

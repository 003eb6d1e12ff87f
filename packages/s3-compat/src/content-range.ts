import type { ByteRange } from '@cloudstore/core'

/** The `Range` header: both ends inclusive there. */
export function rangeHeader({ start, end }: ByteRange): string {
  return `bytes=${start}-${end === undefined ? '' : end - 1}`
}

/** What a `Content-Range` header says: `end` exclusive. */
export function contentRangeOf(
  header: string | undefined,
): { start: number; end: number; total: number } | undefined {
  const found = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header ?? '')
  if (found === null) return undefined
  const [start, last, total] = found.slice(1).map(Number)
  return start === undefined || last === undefined || total === undefined
    ? undefined
    : { start, end: last + 1, total }
}

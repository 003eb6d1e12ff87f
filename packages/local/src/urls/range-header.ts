/** The part of an object that a request asks for. */
export type WantedRange =
  /**
   * All of it: no `Range` header, one that we don't serve, or one to be ignored by its syntax (RFC
   * 9110, section 14.2).
   */
  'whole' | 'unsatisfiable' | { readonly start: number; readonly end: number }

/**
 * Reads a `Range` header. Several ranges at once are answered with the whole object, which RFC 9110
 * allows.
 */
export function wantedRange(header: string | null, size: number): WantedRange {
  const [, first, last] = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '') ?? []
  if (first === undefined || last === undefined || first + last === '') return 'whole'
  if (first === '') {
    const suffix = Number(last)
    return suffix === 0 || size === 0
      ? 'unsatisfiable'
      : { start: Math.max(0, size - suffix), end: size }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return 'whole'
  if (start >= size) return 'unsatisfiable'
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
}

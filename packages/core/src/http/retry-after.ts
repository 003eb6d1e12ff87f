import type { HttpHeaders } from './transport.ts'

/**
 * How many milliseconds a server asks to wait (`Retry-After`, in seconds or as a date), if it does.
 *
 * @param now - milliseconds since 1970; the server's own `date` is preferred
 */
export function retryAfter(headers: HttpHeaders, now: number): number | undefined {
  const value = headers['retry-after']?.trim()
  if (value === undefined || value === '') return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000
  // Date.parse takes much that is no date of HTTP, such as -5.
  const at = /^[a-z]/i.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at)) return undefined
  const serverNow = Date.parse(headers['date'] ?? '')
  return Math.max(0, at - (Number.isNaN(serverNow) ? now : serverNow))
}

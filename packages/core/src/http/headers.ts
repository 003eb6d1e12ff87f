import type { HttpHeaders } from './transport.ts'

/** Headers from the wire, which come as a flat list of names and values. */
export function headersOf(raw: readonly string[]): HttpHeaders {
  // No prototype: the names come from the network.
  const headers: Record<string, string> = Object.create(null)
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const value = raw[index + 1] ?? ''
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before}, ${value}`
  }
  return headers
}

import type { HttpHeaders } from './transport.ts'

/** An object that inherits nothing, since the names come from the network. `Object.create(null)` makes one that engines keep as a slow table. */
const Headers = function Headers() {} as unknown as new () => Record<string, string>
Headers.prototype = Object.create(null)

/** Headers from the wire, which come as a flat list of names and values. */
export function headersOf(raw: readonly string[]): HttpHeaders {
  const headers = new Headers()
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase()
    const value = raw[index + 1] ?? ''
    const before = headers[name]
    headers[name] = before === undefined ? value : `${before}, ${value}`
  }
  return headers
}

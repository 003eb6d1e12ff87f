import { percentEncode, percentEncodePath } from '@cloudstore/core'

/** An object as a URL names it. */
export interface Address {
  readonly container: string
  readonly key: string
}

/**
 * The URL of an object. The key stands in the path, where people can read it, unless a browser, a
 * proxy or `new URL()` would tidy it up there: dot segments are resolved, even encoded ones, and
 * empty segments merged. Such a key stands in the query.
 */
export function urlOf(baseUrl: string, { container, key }: Address): string {
  const folder = `${baseUrl.replace(/\/+$/, '')}/${percentEncode(container)}`
  return isSafeInPath(key)
    ? `${folder}/${percentEncodePath(key)}`
    : `${folder}?key=${percentEncode(key)}`
}

function isSafeInPath(key: string): boolean {
  return key.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
}

/**
 * What a URL names, or `undefined` when it is none of ours. The host is not looked at: a proxy may
 * have another one.
 */
export function addressIn(url: URL, baseUrl: string): Address | undefined {
  const base = new URL(baseUrl).pathname.replace(/\/+$/, '')
  if (!url.pathname.startsWith(`${base}/`)) return undefined
  const [folder = '', ...rest] = url.pathname.slice(base.length + 1).split('/')
  const container = decode(folder)
  const inPath = decode(rest.join('/'))
  const inQuery = url.searchParams.getAll('key')
  if (container === undefined || container === '' || inPath === undefined) return undefined
  const [key = inPath, ...more] = inQuery
  if (key === '' || more.length > 0 || (inQuery.length > 0 && rest.length > 0)) return undefined
  return { container, key }
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

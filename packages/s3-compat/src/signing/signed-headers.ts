const always = new Set(['content-md5', 'content-type', 'date', 'range'])

/**
 * The headers worth signing: what decides about the object. The others are left out, since proxies change, add and drop them
 * (`accept-encoding`, `user-agent`, `expect`), and a signature over them would fail.
 */
export function signedHeaders(
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const signed: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]
    if (value === undefined) continue
    if (name.startsWith('x-amz-') || always.has(name)) signed[name] = value
  }
  return signed
}

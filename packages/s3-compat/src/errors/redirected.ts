/**
 * What an answer says that sends a request elsewhere without a word of S3 in it: a web server's redirect, from http to https say. Redirects are never
 * followed, since a signature holds for one host alone.
 */
export function redirected(
  status: number,
  headers: Readonly<Record<string, string>>,
): { readonly problem: string; readonly hint: string } | undefined {
  const place = headers['location']
  if (status < 300 || status > 399 || status === 304 || place === undefined) return undefined
  return {
    problem: `the server sends the request elsewhere${originOf(place)}, which is not followed`,
    hint: 'Check option endpoint: its scheme, host and port must be those of the storage service itself',
  }
}

/** Without path and query, which may hold a signature. */
function originOf(place: string): string {
  try {
    return `, to ${new URL(place).origin}`
  } catch {
    // A path on the same host.
    return ''
  }
}

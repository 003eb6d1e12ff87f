import { isStorageError, StorageError } from '@cloudstore/core'

const secretHeaders = [
  'authorization',
  'x-amz-security-token',
  'x-amz-server-side-encryption-customer-key',
  'x-amz-copy-source-server-side-encryption-customer-key',
]

/** What of a request nobody may see: a proxy's error page may repeat all of it. */
export function secretsIn(headers: Readonly<Record<string, string>>): string[] {
  return secretHeaders.flatMap((name) => {
    const value = headers[name]
    if (value === undefined) return []
    const signature = name === 'authorization' ? /[^=:\s]+=*$/.exec(value)?.[0] : undefined
    return signature === undefined ? [value] : [value, signature]
  })
}

/** The same error without them. One that does not hold any stays as it is. */
export function concealed(error: unknown, secrets: readonly string[]): unknown {
  if (!isStorageError(error)) return error
  const hidden = (text: string): string =>
    secrets.reduce((left, secret) => left.replaceAll(secret, '[concealed]'), text)
  if (hidden(error.message) === error.message) return error
  const { status, serverCode, requestId, retryable, hint } = error
  return new StorageError(error.code, hidden(error.problem), {
    status,
    serverCode: serverCode && hidden(serverCode),
    requestId: requestId && hidden(requestId),
    retryable,
    hint: hint && hidden(hint),
  })
}

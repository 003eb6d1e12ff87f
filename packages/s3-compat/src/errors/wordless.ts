import { isStorageError, withHint, type StorageError } from '@cloudstore/core'

const reasons =
  "An answer to HEAD does not say why. The key or secret is wrong, the credentials have no right to this, or it is another account's"

const further =
  'driver.container(name) sends nothing, for credentials that may use a container and not ask for it'

/** A refusal of a HEAD with what it may mean: its answer has no body, so a wrong secret looks like a missing right. */
export function wordless(error: StorageError, method: string): StorageError {
  const isMute = method === 'HEAD' && error.serverCode === undefined
  if (!isMute || !isStorageError(error, 'AccessDenied')) return error
  return withHint(error, `${reasons}. ${error.hint ?? further}`)
}

import { isStorageError, StorageError } from '@cloudstore/core'

/** What requests are signed with. */
export interface S3Credentials {
  /** The access key id. */
  readonly key: string
  /** The secret access key. */
  readonly secret: string
  /** For temporary credentials. */
  readonly sessionToken?: string | undefined
  /** When temporary credentials end. Absent: they do not. */
  readonly expiresAt?: Date | undefined
}

/**
 * Gives credentials whenever new ones are needed: at first, and some time before those it gave end. Never called twice at once. What it
 * throws becomes the `cause` of an `InvalidCredentials` error.
 */
export type S3CredentialProvider = () => S3Credentials | Promise<S3Credentials>

/** Credentials that work at a time, in milliseconds since 1970. */
export type CredentialSource = (now: number) => Promise<S3Credentials>

/** @throws StorageError `InvalidCredentials` for fixed credentials that cannot be right */
export function credentialSource(given: S3Credentials | S3CredentialProvider): CredentialSource {
  if (typeof given === 'function') return refreshing(given)
  const fixed = checked(given)
  return async (now) => {
    requireUnexpired(fixed, now)
    return fixed
  }
}

interface Held {
  readonly credentials: S3Credentials
  /** From here on new ones are fetched while these still serve. */
  readonly refreshAt: number
  /** From here on requests wait for new ones. */
  readonly waitAt: number
}

const minute = 60_000
/** After a fetch ahead of time has failed, the next attempt. */
const retryAfter = 10_000

function refreshing(provider: S3CredentialProvider): CredentialSource {
  let held: Held | undefined
  let flight: Promise<S3Credentials> | undefined
  let retryAt = 0

  const fetchNew = (now: number): Promise<S3Credentials> => {
    flight ??= ask(provider, now)
      .then((credentials) => {
        held = hold(credentials, now)
        return credentials
      })
      .finally(() => {
        flight = undefined
      })
    return flight
  }

  const usable = (now: number): S3Credentials | undefined =>
    held !== undefined && now < endOf(held.credentials) ? held.credentials : undefined

  return async (now) => {
    if (held !== undefined && now < held.refreshAt) return held.credentials
    if (held !== undefined && now < held.waitAt) {
      if (now >= retryAt) {
        retryAt = now + retryAfter
        // A failure is no news while these credentials work: the attempt that must succeed reports its own.
        fetchNew(now).catch(() => undefined)
      }
      return held.credentials
    }
    try {
      return await fetchNew(now)
    } catch (error) {
      const still = usable(now)
      if (still !== undefined) return still
      throw error
    }
  }
}

async function ask(provider: S3CredentialProvider, now: number): Promise<S3Credentials> {
  let given: S3Credentials
  try {
    given = await provider()
  } catch (cause) {
    if (isStorageError(cause)) throw cause
    const thrown: unknown =
      typeof cause === 'object' && cause !== null && 'message' in cause ? cause.message : cause
    const reason = typeof thrown === 'string' ? `: ${thrown}` : ''
    throw new StorageError('InvalidCredentials', `the credentials option has thrown${reason}`, {
      cause,
    })
  }
  const credentials = checked(given, 'what the credentials option gave: ')
  requireUnexpired(credentials, now)
  return credentials
}

/** Five minutes ahead, and one at least; less for credentials that live shorter than that. */
function hold(credentials: S3Credentials, now: number): Held {
  const end = endOf(credentials)
  const lifetime = end - now
  return {
    credentials,
    refreshAt: end - Math.min(5 * minute, lifetime / 2),
    waitAt: end - Math.min(minute, lifetime / 10),
  }
}

function endOf(credentials: S3Credentials): number {
  return credentials.expiresAt?.getTime() ?? Infinity
}

function requireUnexpired(credentials: S3Credentials, now: number): void {
  if (now < endOf(credentials)) return
  throw new StorageError('InvalidCredentials', 'the credentials have expired', {
    hint: `They ended at ${new Date(endOf(credentials)).toISOString()}`,
  })
}

/** A copy of the known fields, without reference to what the caller holds. */
function checked(given: S3Credentials, source = ''): S3Credentials {
  const { key, secret, sessionToken, expiresAt } = (given ?? {}) as Partial<S3Credentials>
  const problems = [
    problemOf('key', key),
    problemOf('secret', secret),
    sessionToken === undefined ? undefined : problemOf('sessionToken', sessionToken),
    expiresAt === undefined || isDate(expiresAt) ? undefined : 'expiresAt must be a valid Date',
  ].filter((problem) => problem !== undefined)
  if (problems.length > 0 || key === undefined || secret === undefined) {
    throw new StorageError('InvalidCredentials', `${source}${problems.join('; ')}`, {
      hint: foreignNames(given),
    })
  }
  return {
    key,
    secret,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }),
  }
}

/** The names that other libraries have for the same. */
const namesElsewhere: Readonly<Record<string, keyof S3Credentials>> = {
  accessKeyId: 'key',
  secretAccessKey: 'secret',
  AccessKeyId: 'key',
  SecretAccessKey: 'secret',
  SessionToken: 'sessionToken',
  expiration: 'expiresAt',
  Expiration: 'expiresAt',
}

function foreignNames(given: object | undefined): string | undefined {
  const found = Object.keys(given ?? {}).filter((name) => Object.hasOwn(namesElsewhere, name))
  if (found.length === 0) return undefined
  return found.map((name) => `${name} is ${namesElsewhere[name]} here`).join(', ')
}

function problemOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === '') return `${name} is missing`
  if (typeof value !== 'string') return `${name} must be a string`
  // Keys are made of visible ASCII; a blank or a line end came along when it was copied.
  return /^[\x21-\x7e]+$/.test(value)
    ? undefined
    : `${name} holds a blank or another character that no key has`
}

function isDate(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime())
}

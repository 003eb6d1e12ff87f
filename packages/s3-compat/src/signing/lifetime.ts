import { StorageError } from '@cloudstore/core'
import type { S3Credentials } from './credentials.ts'

/** @throws StorageError `InvalidArgument` unless it is a whole number of seconds from 1 to `longest` */
export function requireLifetime(expiresIn: number, longest: number): void {
  if (Number.isInteger(expiresIn) && expiresIn >= 1 && expiresIn <= longest) return
  throw new StorageError(
    'InvalidArgument',
    `expiresIn must be a whole number of seconds from 1 to ${longest}; it is ${String(expiresIn)}`,
  )
}

/** When something signed at `now` stops working: with the credentials, if these end earlier. */
export function effectiveExpiry(now: number, expiresIn: number, credentials: S3Credentials): Date {
  const asked = now + expiresIn * 1000
  return new Date(Math.min(asked, credentials.expiresAt?.getTime() ?? asked))
}

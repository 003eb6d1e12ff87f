import { createMd5, StorageError, type ExtensionHolder, type Features } from '@cloudstore/core'
import { percentEncode } from '@cloudstore/core'
import type { S3Profile } from './profiles/profile.ts'
import { base64OfHex } from './wire-body.ts'

/** A key of one's own that the server encrypts with and forgets (SSE-C). 32 bytes. */
export type SseCustomerKey = Uint8Array

interface PutExtensions {
  readonly exStorageClass?: string
  readonly tags?: Readonly<Record<string, string>>
  readonly sseCustomerKey?: SseCustomerKey
}

const noTags = 'This provider has no tags of objects: leave the option out'

/** A server that does not know the headers of keys ignores them: the copy would be there in the clear. */
const noCopyKeys =
  'It is not known to heed a key of the customer on copies. Send the bytes through here: target.put(key, source.get(key, { sseCustomerKey }), { sseCustomerKey })'

/** The options that a service has beyond the portable ones, by the call that takes them, and those of its family that it has not. */
export function extensionsOf({
  administration,
  copyCustomerKeys,
}: S3Profile): NonNullable<Features['extensions']> {
  const hasTags = administration.objectTagging
  return {
    put: ['exStorageClass', ...(hasTags ? ['tags'] : []), 'sseCustomerKey'],
    read: ['sseCustomerKey'],
    copy: ['exStorageClass', ...(copyCustomerKeys ? ['sseCustomerKey'] : [])],
    copySource: copyCustomerKeys ? { sourceSseCustomerKey: 'sseCustomerKey' } : {},
    absent: {
      put: hasTags ? {} : { tags: noTags },
      copy: copyCustomerKeys
        ? {}
        : { sseCustomerKey: noCopyKeys, sourceSseCustomerKey: noCopyKeys },
    },
  }
}

/** Libcloud's names of storage classes: in upper case on the wire. */
const libcloudClasses: ReadonlySet<string> = new Set([
  'standard',
  'reduced_redundancy',
  'standard_ia',
  'onezone_ia',
  'intelligent_tiering',
  'glacier',
  'deep_archive',
  'glacier_ir',
  'express_onezone',
])

/** The extensions of a write as headers, checked. */
export function putExtensionHeaders(
  { extensions }: ExtensionHolder,
  { storageClasses }: Pick<S3Profile, 'storageClasses'>,
): Record<string, string> {
  const { exStorageClass, tags, sseCustomerKey } = (extensions ?? {}) as PutExtensions
  return {
    ...storageClassHeader(exStorageClass, storageClasses),
    ...(tags !== undefined && { 'x-amz-tagging': tagHeader(tags) }),
    ...customerKeyHeaders(sseCustomerKey),
  }
}

/** The tags that a write asks for. */
export function tagsOf({ extensions }: ExtensionHolder): PutExtensions['tags'] {
  return ((extensions ?? {}) as PutExtensions).tags
}

export function readExtensions({
  extensions,
}: ExtensionHolder): Pick<PutExtensions, 'sseCustomerKey'> {
  return extensions ?? {}
}

/** The extensions of a copy as headers: those of the object that is made. */
export function copyExtensionHeaders(
  { extensions }: ExtensionHolder,
  { storageClasses }: Pick<S3Profile, 'storageClasses'>,
): Record<string, string> {
  const { exStorageClass, sseCustomerKey } = (extensions ?? {}) as PutExtensions
  return {
    ...storageClassHeader(exStorageClass, storageClasses),
    ...customerKeyHeaders(sseCustomerKey),
  }
}

/** @param classes - all that the provider has; absent where there may be others, such as those that a Ceph's operator has named */
function storageClassHeader(
  name: unknown,
  classes: S3Profile['storageClasses'],
): Record<string, string> {
  if (name === undefined) return {}
  if (typeof name !== 'string' || !/^[\w-]+$/.test(name)) {
    throw new StorageError('InvalidArgument', 'option exStorageClass is no storage class', {
      hint: 'It takes letters, digits, - and _',
    })
  }
  const isKnown = classes !== undefined || libcloudClasses.has(name.toLowerCase())
  const sent = isKnown ? name.toUpperCase() : name
  if (classes !== undefined && !classes.includes(sent)) {
    throw new StorageError('InvalidArgument', 'option exStorageClass is no storage class here', {
      hint: `Known ones: ${classes.join(', ')}`,
    })
  }
  return { 'x-amz-storage-class': sent }
}

/** Tags as S3 takes them in a header: at most ten, as a query. */
function tagHeader(tags: unknown): string {
  requireTags(tags)
  return Object.entries(tags)
    .map(([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`)
    .join('&')
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
export function requireTags(tags: unknown): asserts tags is Readonly<Record<string, string>> {
  const problem = tagProblem(tags)
  if (problem !== undefined) throw new StorageError('InvalidArgument', `option tags ${problem}`)
}

function tagProblem(tags: unknown): string | undefined {
  if (typeof tags !== 'object' || tags === null || Array.isArray(tags)) return 'must be an object'
  const entries: [string, unknown][] = Object.entries(tags)
  if (entries.length > 10) return `may hold 10 tags at most, not ${entries.length}`
  for (const [name, value] of entries) {
    if (typeof value !== 'string')
      return `must have strings as values; ${JSON.stringify(name)} has none`
    if (name === '' || name.length > 128) return 'must have names of 1 to 128 characters'
    if (value.length > 256) return 'must have values of at most 256 characters'
  }
  return undefined
}

/** The headers that go with every request about an object encrypted with a customer's key. */
export function customerKeyHeaders(key: unknown): Record<string, string> {
  return keyHeaders(key, 'sseCustomerKey', 'x-amz-server-side-encryption-customer')
}

/** The headers by which a copy reads a source that is encrypted so. */
export function sourceKeyHeaders(source: ExtensionHolder): Record<string, string> {
  const { sseCustomerKey } = readExtensions(source)
  const prefix = 'x-amz-copy-source-server-side-encryption-customer'
  return keyHeaders(sseCustomerKey, 'sourceSseCustomerKey', prefix)
}

/**
 * Refuses an answer that does not confirm the encryption that was asked for: a server that does not know the headers of a customer's key stores
 * the bytes in the clear, and answers 200.
 */
export function requireEncrypted(
  request: ExtensionHolder,
  answer: Readonly<Record<string, string>>,
): void {
  if (readExtensions(request).sseCustomerKey === undefined) return
  if (answer['x-amz-server-side-encryption-customer-algorithm'] === 'AES256') return
  throw new StorageError(
    'UnsupportedOperation',
    'the server does not say that it has encrypted what it stored with sseCustomerKey',
    { hint: 'Take it that the object is there in the clear, and delete it' },
  )
}

function keyHeaders(key: unknown, option: string, prefix: string): Record<string, string> {
  if (key === undefined) return {}
  if (!ArrayBuffer.isView(key) || key.byteLength !== 32) {
    throw new StorageError('InvalidArgument', `option ${option} must be a Uint8Array of 32 bytes`)
  }
  const bytes = new Uint8Array(key.buffer, key.byteOffset, key.byteLength)
  const md5 = createMd5()
  md5.update(bytes)
  return {
    [`${prefix}-algorithm`]: 'AES256',
    [`${prefix}-key`]: btoa(String.fromCharCode(...bytes)),
    [`${prefix}-key-md5`]: base64OfHex(md5.hex()),
  }
}

import type { Attributes, PutAttributes } from '../contract/backend.ts'
import { StorageError } from '../errors/errors.ts'
import type { AttributeName, Features } from '../contract/features.ts'
import { hasLoneSurrogate, utf8Length } from './object-key.ts'
import { check, type OptionChecks } from './option-checks.ts'
import { describeType } from '../errors/describe-type.ts'

const attributeNames = [
  'contentType',
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
  'expires',
] as const satisfies readonly (keyof Attributes)[]

/** What the value of each must be. */
export const attributeChecks: OptionChecks<Attributes> = {
  contentType: check.text,
  cacheControl: check.text,
  contentDisposition: check.text,
  contentEncoding: check.text,
  contentLanguage: check.text,
  expires: check.date,
}

/** The attributes among these options, refused where the provider does not keep them or they make no header. */
export function pickAttributes(options: Attributes, features: Features): Attributes {
  const picked: { -readonly [K in keyof Attributes]: Attributes[K] } = {}
  for (const name of attributeNames) {
    const value = options[name]
    if (value === undefined) continue
    requireAttribute(name, features)
    if (name === 'expires') picked.expires = options.expires
    else {
      const text = options[name]
      if (text !== undefined) picked[name] = headerText(name, text)
    }
  }
  return picked
}

function requireAttribute(name: AttributeName, features: Features): void {
  if (features.attributes.includes(name)) return
  throw new StorageError('UnsupportedOperation', `this provider does not take option ${name}`, {
    hint: 'Leave it out',
  })
}

/** Text that may stand in an HTTP header: printable ASCII. */
function headerText(name: string, value: string): string {
  if (/^[\t\x20-\x7e]*$/.test(value)) return value
  throw new StorageError(
    'InvalidArgument',
    `option ${name} has characters that no header can have`,
    {
      hint:
        name === 'contentDisposition'
          ? "Write a name with other letters as filename*=UTF-8''percent-encoded (RFC 6266)"
          : 'Use printable ASCII',
    },
  )
}

/** Metadata with names in lower case, checked against what HTTP and S3 can carry. */
export function normalizeMetadata(
  metadata: Readonly<Record<string, string>>,
  features: Features,
): Readonly<Record<string, string>> {
  const limit = features.metadata?.maxBytes
  if (limit === undefined) {
    throw new StorageError('UnsupportedOperation', 'this provider keeps no metadata', {
      hint: 'Leave option metadata out',
    })
  }
  const normal = new Map<string, string>()
  let bytes = 0
  for (const [given, value] of Object.entries(metadata)) {
    const name = given.toLowerCase()
    const problem =
      metadataProblem(name, value) ??
      (normal.has(name) ? 'is given twice, in different case' : undefined)
    if (problem !== undefined) {
      throw new StorageError('InvalidArgument', `metadata ${JSON.stringify(given)} ${problem}`)
    }
    bytes += name.length + utf8Length(value)
    normal.set(name, value)
  }
  if (bytes > limit) {
    throw new StorageError(
      'TooLarge',
      `the metadata has ${bytes} bytes, names and values together; at most ${limit} are kept`,
      {
        hint: 'Store more than that in an object of its own',
      },
    )
  }
  // `__proto__` is a possible name: fromEntries defines it like any other.
  return Object.fromEntries(normal)
}

function metadataProblem(name: string, value: unknown): string | undefined {
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) {
    return 'is no possible name: letters a to z, digits and hyphens, the first no hyphen'
  }
  if (typeof value !== 'string') return `must be a string, not ${describeType(value)}`
  if (/[\u0000-\u001f\u007f]/.test(value)) return 'has a control character in its value'
  if (value !== value.trim()) return 'has a value with space at its ends, which HTTP drops'
  return hasLoneSurrogate(value) ? 'has half of a surrogate pair in its value' : undefined
}

/** What a raw header must not be, since an option says it or the client itself writes it. */
const headerOptions: ReadonlyMap<string, string> = new Map([
  ['content-type', 'contentType'],
  ['content-encoding', 'contentEncoding'],
  ['content-disposition', 'contentDisposition'],
  ['content-language', 'contentLanguage'],
  ['content-md5', 'verifyHash'],
  ['cache-control', 'cacheControl'],
  ['expires', 'expires'],
  ['if-match', 'ifMatch'],
  ['if-none-match', 'ifNoneMatch'],
  ['x-amz-acl', 'acl'],
  ['x-amz-storage-class', 'exStorageClass'],
  ['x-amz-tagging', 'tags'],
  ['x-amz-server-side-encryption-customer-algorithm', 'sseCustomerKey'],
  ['x-amz-server-side-encryption-customer-key', 'sseCustomerKey'],
  ['x-amz-server-side-encryption-customer-key-md5', 'sseCustomerKey'],
])

const clientHeaders: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'proxy-authorization',
  'proxy-connection',
  'authorization',
  'date',
  'cookie',
  'range',
  'x-amz-date',
  'x-amz-content-sha256',
  'x-amz-security-token',
  'x-amz-decoded-content-length',
  'x-amz-trailer',
])

/** Raw headers with names in lower case; what has an option of its own, and what frames or signs a request, is refused. */
export function normalizeHeaders(
  headers: Readonly<Record<string, string>>,
  features: Features,
): NonNullable<PutAttributes['headers']> {
  requireAttribute('headers', features)
  const normal = new Map<string, string>()
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase()
    const problem =
      headerProblem(name, value) ??
      (normal.has(name) ? 'is given twice, in different case' : undefined)
    if (problem !== undefined) {
      throw new StorageError('InvalidArgument', `header ${JSON.stringify(given)} ${problem}`)
    }
    normal.set(name, value)
  }
  return Object.fromEntries(normal)
}

function headerProblem(name: string, value: unknown): string | undefined {
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) return 'is no possible name of a header'
  const option =
    headerOptions.get(name) ?? (name.startsWith('x-amz-meta-') ? 'metadata' : undefined)
  if (option !== undefined) return `has an option of its own: ${option}`
  // They make another request of it: a copy, whose bytes are not those of the body, or what the value says.
  if (name.startsWith('x-amz-copy-source') || name === 'x-http-method-override') {
    return 'would make it another request than a put'
  }
  if (clientHeaders.has(name) || name.startsWith('content-') || name.startsWith('if-')) {
    return 'is written by the client itself'
  }
  if (typeof value !== 'string') return `must be a string, not ${describeType(value)}`
  return /^[\t\x20-\x7e]*$/.test(value) ? undefined : 'has characters that no header can have'
}

/** A canned ACL, refused where the provider does not have it. */
export function checkAcl(acl: string, valid: readonly string[]): string {
  if (valid.includes(acl)) return acl
  if (typeof acl !== 'string') {
    throw new StorageError('InvalidArgument', `the ACL must be a string, not ${describeType(acl)}`)
  }
  if (valid.length === 0) {
    throw new StorageError('UnsupportedOperation', 'this provider takes no canned ACL here', {
      hint: 'Leave option acl out',
    })
  }
  throw new StorageError(
    'InvalidArgument',
    `${JSON.stringify(acl)} is no canned ACL of this provider`,
    {
      hint: `Valid ones: ${valid.join(', ')}`,
    },
  )
}

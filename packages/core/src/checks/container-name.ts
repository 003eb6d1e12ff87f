import { StorageError } from '../errors/errors.ts'
import type { Features } from '../contract/features.ts'
import { hasLoneSurrogate, utf8Length } from './object-key.ts'

interface Rule {
  readonly broken: (name: string) => boolean
  readonly says: string
}

/** The rules of S3, so that a name that is taken here is taken everywhere. */
const dnsRules: readonly Rule[] = [
  {
    broken: (name) => name.length < 3 || name.length > 63,
    says: 'must have 3 to 63 characters',
  },
  {
    broken: (name) => !/^[a-z0-9.-]*$/.test(name),
    says: 'may hold only lower case letters a to z, digits, dots and hyphens',
  },
  {
    broken: (name) => !/^[a-z0-9].*[a-z0-9]$/.test(name),
    says: 'must begin and end with a letter or a digit',
  },
  { broken: (name) => name.includes('..'), says: 'must not hold two dots in a row' },
  {
    broken: (name) => /^\d+\.\d+\.\d+\.\d+$/.test(name),
    says: 'must not look like an IP address',
  },
  {
    broken: (name) => name.startsWith('xn--'),
    says: 'must not begin with xn--, the mark of an encoded international name',
  },
]

/**
 * Names that S3 keeps for itself. Such a container may well exist (an access point's alias ends in
 * `-s3alias`, and other servers have no such rule), so only creating one is refused.
 */
const reserved: readonly Rule[] = [
  ...['sthree-', 'amzn-s3-demo-'].map((prefix) => ({
    broken: (name: string) => name.startsWith(prefix),
    says: `must not begin with ${prefix}, which S3 reserves`,
  })),
  ...['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'].map((suffix) => ({
    broken: (name: string) => name.endsWith(suffix),
    says: `must not end with ${suffix}, which S3 reserves`,
  })),
]

/**
 * What can be one name of a folder on every common file system's terms, and one segment of a URL.
 */
const anyRules: readonly Rule[] = [
  { broken: (name) => name === '', says: 'must not be empty' },
  { broken: (name) => name === '.' || name === '..', says: 'must not be . or ..' },
  { broken: (name) => name.includes('/'), says: 'must not hold a slash' },
  { broken: (name) => name.includes('\\'), says: 'must not hold a backslash' },
  { broken: (name) => name.includes('\0'), says: 'must not hold a NUL character' },
  { broken: hasLoneSurrogate, says: 'must be well-formed text' },
  { broken: (name) => utf8Length(name) > 255, says: 'must have at most 255 bytes of UTF-8' },
]

const rulesOf: Record<Features['containerNames'], readonly Rule[]> = {
  dns: dnsRules,
  any: anyRules,
}

/**
 * Refuses what can't be the name of a container and says which rule is broken.
 *
 * @param purpose - `'create'` also refuses the names that S3 reserves
 */
export function checkContainerName(
  name: unknown,
  rules: Features['containerNames'],
  purpose: 'use' | 'create' = 'use',
): asserts name is string {
  if (typeof name !== 'string') {
    const type = name === null ? 'null' : typeof name
    throw invalid(`the name of a container must be a string, not ${type}`)
  }
  const applicable =
    purpose === 'create' && rules === 'dns' ? [...dnsRules, ...reserved] : rulesOf[rules]
  const broken = applicable.find((rule) => rule.broken(name))
  if (broken) throw invalid(`the name of a container ${broken.says}; this is ${quote(name)}`)
}

function invalid(problem: string): StorageError {
  return new StorageError('InvalidContainerName', problem)
}

function quote(name: string): string {
  return name.length > 80 ? `${JSON.stringify(name.slice(0, 80))}…` : JSON.stringify(name)
}

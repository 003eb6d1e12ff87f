import { StorageError } from '@cloudstore/core'
import type {
  Addressing,
  KnownBehaviour,
  ProfileGroup,
  ProviderFacts,
  S3Profile,
  SignatureVersion,
} from './profile.ts'
import { GiB, MiB, TiB } from './units.ts'

/** What a caller has chosen; it wins over what is known of the provider. */
export interface ProfileChoices {
  /** The URL of the service. */
  readonly endpoint?: string | undefined
  readonly region?: string | undefined
  /** What a host of this provider names an account by: an id, a namespace, a project. */
  readonly account?: string | undefined
  readonly addressing?: Addressing | undefined
  readonly signatureVersion?: SignatureVersion | undefined
  /** What the caller knows of the server. */
  readonly behaviour?: KnownBehaviour | undefined
}

/** Where a service is, and how it behaves. */
export interface ResolvedService {
  readonly endpoint: string
  /** Of the endpoint, and for containers that are created. */
  readonly region: string
  readonly signingRegion: string
  readonly addressing: Addressing
  readonly signatureVersion: SignatureVersion
  readonly profile: S3Profile
}

/**
 * The careful side of what is not known: the limits of Amazon's S3, equal parts, and nothing that a server could ignore in silence. The order of listings
 * and the version of the call are part of the protocol; where they differ, the facts say so.
 */
const careful: S3Profile = {
  list: { version: 2, encodingType: true, order: 'utf8' },
  multipart: {
    minPartBytes: 5 * MiB,
    maxPartBytes: 5 * GiB,
    maxParts: 10_000,
    equalParts: true,
    keepsTags: false,
  },
  maxPutBytes: 5 * GiB,
  maxObjectBytes: 5 * TiB,
  maxCopyBytes: 5 * GiB,
  copyParts: true,
  copyPartSource: 'withoutPercent',
  copyCustomerKeys: false,
  conditions: {
    read: ['ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince'],
    put: [],
    complete: [],
    copy: [],
    delete: [],
  },
  quotesIfMatch: true,
  etag: { single: 'opaque', multipart: 'opaque', encrypted: 'opaque' },
  validatesChecksums: false,
  reportsExistingBucket: false,
  locationConstraint: 'none',
  storageClasses: undefined,
  acls: { objects: [], containers: [] },
  deleteObjects: { max: 1_000 },
  presign: { methods: ['GET', 'HEAD', 'PUT', 'DELETE'], maxSeconds: 7 * 24 * 3600 },
  uploadForm: false,
  administration: { cors: true, lifecycle: true, objectTagging: true },
  rateLimit: undefined,
  hints: [
    // Amazon's words to a signature of version 2, in all regions opened since 2014; others repeat them.
    {
      says: 'please use aws4-hmac-sha256',
      hint: 'This server takes no signature version 2: set option signatureVersion to 4',
    },
  ],
}

/**
 * Decides everything: the caller's choice, else the provider's fact, else the careful side.
 *
 * @throws StorageError `InvalidConfig`, with all that is missing or impossible
 */
export function resolveService(
  facts: ProviderFacts,
  choices: ProfileChoices = {},
): ResolvedService {
  const problems: string[] = []
  const region = choices.region ?? facts.defaultRegion ?? 'us-east-1'
  const endpoint = choices.endpoint ?? endpointOf(facts, choices, problems)
  const addressing = choices.addressing ?? facts.addressing?.[0] ?? 'path'
  if (facts.addressing !== undefined && !facts.addressing.includes(addressing)) {
    problems.push(`addressing: ${facts.name} takes ${facts.addressing.join(' or ')} alone`)
  }
  const known = facts.signatureVersions
  const signatureVersion = choices.signatureVersion ?? known?.[0] ?? '4'
  if (known !== undefined && !known.includes(signatureVersion)) {
    problems.push(`signatureVersion: ${facts.name} is known to take ${known.join(' or ')} alone`)
  }
  if (problems.length > 0) throw new StorageError('InvalidConfig', problems.join('; '))
  return {
    endpoint,
    region,
    signingRegion: facts.signingRegion ?? region,
    addressing,
    signatureVersion,
    profile: profileOf(facts, choices.behaviour),
  }
}

function endpointOf(facts: ProviderFacts, choices: ProfileChoices, problems: string[]): string {
  const { region = facts.defaultRegion } = choices
  const special = region === undefined ? undefined : facts.regionEndpoints?.[region]
  const template = special ?? facts.endpoint
  if (template === undefined) {
    problems.push(`endpoint: ${facts.name} has no address of its own; give the URL of the server`)
    return ''
  }
  const values: Readonly<Record<string, string | undefined>> = { region, account: choices.account }
  return template.replaceAll(/\{(\w+)\}/g, (_placeholder, name: string) => {
    const value = values[name]
    if (value !== undefined && /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/.test(value))
      return value
    problems.push(
      value === undefined
        ? `${name}: missing, ${describe(facts, name)}`
        : `${name}: takes letters, digits and inner hyphens, ${describe(facts, name)}`,
    )
    return ''
  })
}

function describe(facts: ProviderFacts, name: string): string {
  if (name === 'account') return `it is the ${facts.account ?? 'account'} of ${facts.name}`
  const known = facts.regions ?? []
  return known.length === 0 ? `${facts.name} has it in its URL` : `such as ${known.join(', ')}`
}

function profileOf(facts: KnownBehaviour, chosen: KnownBehaviour = {}): S3Profile {
  const group = <K extends ProfileGroup>(name: K): S3Profile[K] => ({
    ...careful[name],
    ...facts[name],
    ...chosen[name],
  })
  const single = <K extends Exclude<keyof S3Profile, ProfileGroup>>(name: K): S3Profile[K] =>
    (chosen[name] ?? facts[name] ?? careful[name]) as S3Profile[K]
  return {
    list: group('list'),
    multipart: group('multipart'),
    maxPutBytes: single('maxPutBytes'),
    maxObjectBytes: single('maxObjectBytes'),
    maxCopyBytes: single('maxCopyBytes'),
    copyParts: single('copyParts'),
    copyPartSource: single('copyPartSource'),
    copyCustomerKeys: single('copyCustomerKeys'),
    conditions: group('conditions'),
    quotesIfMatch: single('quotesIfMatch'),
    etag: group('etag'),
    validatesChecksums: single('validatesChecksums'),
    reportsExistingBucket: single('reportsExistingBucket'),
    locationConstraint: single('locationConstraint'),
    storageClasses: single('storageClasses'),
    acls: group('acls'),
    deleteObjects: single('deleteObjects'),
    presign: group('presign'),
    uploadForm: single('uploadForm'),
    administration: group('administration'),
    rateLimit: single('rateLimit'),
    hints: single('hints'),
  }
}

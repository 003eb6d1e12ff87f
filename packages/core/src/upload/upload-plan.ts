import type { PutAttributes, WriteConditions } from '../contract/backend.ts'
import { StorageError } from '../errors/errors.ts'
import type { Features } from '../contract/features.ts'
import { contentTypeOf } from './mime-types.ts'
import { writeConditions } from '../checks/condition-options.ts'
import {
  attributeChecks,
  checkAcl,
  normalizeHeaders,
  normalizeMetadata,
  pickAttributes,
} from '../checks/object-attributes.ts'
import { check, checkOptions, oneOf, type OptionChecks } from '../checks/option-checks.ts'
import type { TransferOptions, UploadExtra, UploadOptions } from '../surface/options.ts'
import type { OpenedSource } from './opened-source.ts'

/** The options of an upload, checked and sorted by whom they concern. */
export interface UploadPlan {
  readonly attributes: PutAttributes
  readonly conditions: WriteConditions
  readonly transfer: TransferOptions
  /** What the caller says the length is. */
  readonly size: number | undefined
}

const transferChecks: OptionChecks<TransferOptions> = {
  partSize: check.count,
  concurrency: check.count,
  multipartThreshold: check.bytes,
  verifyHash: check.boolean,
}

const uploadChecks: OptionChecks<UploadOptions> = {
  signal: check.signal,
  onProgress: check.callback,
  ...attributeChecks,
  ...transferChecks,
  ifMatch: check.etag,
  ifNoneMatch: oneOf('*'),
  metadata: check.record,
  acl: check.text,
  headers: check.record,
  size: check.bytes,
  extra: check.record,
}

const extraChecks: OptionChecks<UploadExtra> = {
  contentType: check.text,
  acl: check.text,
  metadata: check.record,
}

/**
 * Checks the options of an upload before anything is read or sent.
 *
 * @param defaults - the driver's own tuning
 */
export function planUpload(
  given: UploadOptions,
  features: Features,
  defaults: TransferOptions,
): UploadPlan {
  const extensions = checkOptions(
    given,
    uploadChecks,
    features.extensions?.put,
    features.extensions?.absent?.put,
  )
  const options = withExtra(given)
  const { metadata, acl, headers } = options
  return {
    attributes: {
      ...pickAttributes(options, features),
      ...(metadata !== undefined && { metadata: normalizeMetadata(metadata, features) }),
      ...(acl !== undefined && { acl: checkAcl(acl, features.acls.objects) }),
      ...(headers !== undefined && { headers: normalizeHeaders(headers, features) }),
      ...(extensions !== undefined && { extensions }),
    },
    conditions: writeConditions(options, features.conditions.put),
    transfer: checkTransfer(
      {
        partSize: options.partSize ?? defaults.partSize,
        concurrency: options.concurrency ?? defaults.concurrency,
        multipartThreshold: options.multipartThreshold ?? defaults.multipartThreshold,
        verifyHash: options.verifyHash ?? defaults.verifyHash ?? true,
      },
      features,
    ),
    size: options.size,
  }
}

/**
 * What the source says of itself, and the name, fill in what the caller left open.
 *
 * @param names - where a content type is guessed from: the key, then a file's name
 */
export function describeAttributes(
  attributes: PutAttributes,
  source: OpenedSource,
  names: readonly string[],
  features: Features,
): PutAttributes {
  const { described } = source
  const contentType =
    attributes.contentType ??
    described?.contentType ??
    names.map((name) => contentTypeOf(name)).find((type) => type !== undefined)
  const metadata = attributes.metadata ?? described?.metadata
  return {
    ...(described === undefined
      ? undefined
      : pickAttributes(supported(described, features), features)),
    ...attributes,
    // Guessed or inherited, so it may be dropped where it can't be kept.
    ...(contentType !== undefined &&
      features.attributes.includes('contentType') &&
      /^[\x20-\x7e]*$/.test(contentType) && { contentType }),
    ...(metadata !== undefined &&
      Object.keys(metadata).length > 0 && { metadata: normalizeMetadata(metadata, features) }),
  }
}

function supported(
  described: NonNullable<OpenedSource['described']>,
  features: Features,
): NonNullable<OpenedSource['described']> {
  const { contentType: _guessed, ...rest } = described
  const lost: string[] = (
    ['cacheControl', 'contentDisposition', 'contentEncoding', 'contentLanguage', 'expires'] as const
  ).filter((name) => rest[name] !== undefined && !features.attributes.includes(name))
  if (features.metadata === undefined && Object.keys(rest.metadata ?? {}).length > 0) {
    lost.push('metadata')
  }
  if (lost.length === 0) return rest
  throw new StorageError(
    'UnsupportedOperation',
    `the source has ${lost.join(' and ')}, which this provider cannot keep`,
    {
      hint: 'Pass its bytes instead: source.toWeb()',
    },
  )
}

function withExtra({ extra, ...options }: UploadOptions): UploadOptions {
  if (extra === undefined) return options
  checkOptions(extra, extraChecks)
  for (const name of ['contentType', 'acl', 'metadata'] as const) {
    if (extra[name] !== undefined && options[name] !== undefined) {
      throw new StorageError('InvalidArgument', `option ${name} is given twice: also in extra`)
    }
  }
  return {
    ...options,
    contentType: options.contentType ?? extra.contentType,
    acl: options.acl ?? extra.acl,
    metadata: options.metadata ?? extra.metadata,
  }
}

/** Refuses tuning that makes no sense or that the provider's limits rule out. */
export function checkTransfer(transfer: TransferOptions, features: Features): TransferOptions {
  checkOptions(transfer, transferChecks)
  const { partSize } = transfer
  if (partSize === undefined) return transfer
  const limits = features.multipart
  if (limits === undefined) {
    throw new StorageError('UnsupportedOperation', 'this provider has no uploads in parts', {
      hint: 'Leave option partSize out',
    })
  }
  if (partSize < limits.minPart || partSize > limits.maxPart) {
    throw new StorageError(
      'InvalidArgument',
      `option partSize must be from ${limits.minPart} to ${limits.maxPart} bytes for this provider, not ${partSize}`,
    )
  }
  return transfer
}

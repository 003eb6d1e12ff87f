import type {
  Call,
  ObjectRequest,
  PresignedRequest,
  PutAttributes,
  UploadForm,
} from '../contract/backend.ts'
import { StorageError } from '../errors/errors.ts'
import type { Features } from '../contract/features.ts'
import {
  attributeChecks,
  checkAcl,
  normalizeMetadata,
  pickAttributes,
} from '../checks/object-attributes.ts'
import { check, checkOptions, oneOf, type OptionChecks } from '../checks/option-checks.ts'
import type { PresignOptions, UploadFormOptions } from '../surface/options.ts'
import { capability, type Scope } from '../driver/scope.ts'

const defaultSeconds = 900

const presignChecks: OptionChecks<PresignOptions> = {
  signal: check.signal,
  method: oneOf('GET', 'HEAD', 'PUT', 'DELETE'),
  expiresIn: check.seconds,
  contentType: check.text,
  acl: check.text,
  metadata: check.record,
  size: check.bytes,
  response: check.record,
  via: oneOf('cdn'),
}

const formChecks: OptionChecks<UploadFormOptions> = {
  signal: check.signal,
  expiresIn: check.seconds,
  keyIsPrefix: check.boolean,
  minSize: check.bytes,
  maxSize: check.bytes,
  contentType: check.text,
  acl: check.text,
  metadata: check.record,
}

/** Makes a request that anybody can send. */
export async function presign(
  scope: Scope,
  target: ObjectRequest,
  options: PresignOptions,
  call: Call,
): Promise<PresignedRequest> {
  checkOptions(options, presignChecks)
  const make = capability(scope, 'presign', 'presigned URLs')
  const { features } = scope.backend
  const { method = 'GET', size, response, via } = options
  if (features.presign?.methods.includes(method) !== true) {
    throw new StorageError(
      'UnsupportedOperation',
      `this provider has no presigned URLs for ${method}`,
    )
  }
  refuseFor(method === 'PUT', method, options, ['contentType', 'acl', 'metadata', 'size'])
  refuseFor(method === 'GET' || method === 'HEAD', method, options, ['response'])
  if (via === 'cdn') capability(scope, 'cdn', 'CDN')
  if (response !== undefined) checkOptions(response, attributeChecks)
  const attributes = pickPut(options, features)
  return make.call(
    scope.backend,
    {
      ...target,
      method,
      expiresIn: checkExpiry(options.expiresIn, features),
      ...(attributes !== undefined && { attributes }),
      ...(size !== undefined && { size }),
      ...(response !== undefined && { response: pickAttributes(response, features) }),
      ...(via !== undefined && { via }),
    },
    call,
  )
}

/** Makes a form by which a browser uploads. */
export async function uploadForm(
  scope: Scope,
  target: ObjectRequest,
  options: UploadFormOptions,
  call: Call,
): Promise<UploadForm> {
  checkOptions(options, formChecks)
  const make = capability(scope, 'uploadForm', 'upload forms')
  const { features } = scope.backend
  const { minSize, maxSize, keyIsPrefix = false } = options
  if (minSize !== undefined && maxSize !== undefined && minSize > maxSize) {
    throw new StorageError('InvalidArgument', 'option minSize is larger than maxSize')
  }
  const attributes = pickPut(options, features)
  return make.call(
    scope.backend,
    {
      ...target,
      keyIsPrefix,
      expiresIn: checkExpiry(options.expiresIn, features),
      ...(minSize !== undefined && { minSize }),
      ...(maxSize !== undefined && { maxSize }),
      ...(attributes !== undefined && { attributes }),
    },
    call,
  )
}

function pickPut(
  { contentType, acl, metadata }: Pick<PresignOptions, 'contentType' | 'acl' | 'metadata'>,
  features: Features,
): PutAttributes | undefined {
  if (contentType === undefined && acl === undefined && metadata === undefined) return undefined
  return {
    ...pickAttributes({ contentType }, features),
    ...(acl !== undefined && { acl: checkAcl(acl, features.acls.objects) }),
    ...(metadata !== undefined && { metadata: normalizeMetadata(metadata, features) }),
  }
}

function checkExpiry(expiresIn: number | undefined, features: Features): number {
  const longest = features.presign?.maxSeconds ?? Infinity
  if (expiresIn === undefined) return Math.min(defaultSeconds, longest)
  if (expiresIn <= longest) return expiresIn
  throw new StorageError(
    'InvalidArgument',
    `option expiresIn is ${expiresIn} seconds, the longest that this provider takes is ${longest}`,
  )
}

function refuseFor(
  fits: boolean,
  method: string,
  options: PresignOptions,
  names: readonly (keyof PresignOptions)[],
): void {
  const misplaced = names.find((name) => options[name] !== undefined)
  if (fits || misplaced === undefined) return
  throw new StorageError('InvalidArgument', `option ${misplaced} means nothing for ${method}`)
}

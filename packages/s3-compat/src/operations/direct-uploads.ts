import {
  checkAcl,
  normalizeMetadata,
  pickAttributes,
  StorageError,
  type AttributeOptions,
  type CallOptions,
  type Container,
  type Features,
  type MultipartGroup,
  type PartRef,
  type PresignedRequest,
} from '@cloudstore/core'
import type { RunCall } from './administration.ts'
import type { PresignPart } from './presign.ts'
import type { S3Context } from './s3-context.ts'

export interface DirectUploadOptions extends CallOptions, AttributeOptions {
  /** Default: the provider's, which is private. */
  acl?: string | undefined
  metadata?: Readonly<Record<string, string>> | undefined
}

export interface PresignPartOptions extends CallOptions {
  /** What `createUpload` has resolved to. */
  uploadId: string
  /** From 1. Parts may be sent in any order; one that is sent again replaces the one before. */
  partNumber: number
  /** Seconds. Default: 900. */
  expiresIn?: number | undefined
  /** The exact length in bytes that must be sent. It is signed, and not in `headers`: HTTP clients set it from the body. */
  size?: number | undefined
}

/**
 * Uploads in parts that others send, such as browsers, to presigned URLs: begun and completed here, the bytes never pass through. Every part but
 * the last must have 5 MiB at least.
 */
export interface S3DirectUploads {
  /** Begins an upload, and resolves to its id. Until it is completed or aborted its parts cost storage. */
  createUpload(
    container: string | Container,
    key: string,
    options?: DirectUploadOptions,
  ): Promise<string>
  /** The request by which one part is sent: the bytes as the body of a `PUT`. */
  presignPart(
    container: string | Container,
    key: string,
    options: PresignPartOptions,
  ): Promise<PresignedRequest>
  /**
   * Makes one object of the parts that the server has, in the order of their numbers. `InvalidArgument` when there are none.
   */
  completeUpload(
    container: string | Container,
    key: string,
    uploadId: string,
    options?: CallOptions,
  ): Promise<{ size: number; etag?: string | undefined }>
  /** Drops an upload and its parts. Resolves also when it is gone already. */
  abortUpload(
    container: string | Container,
    key: string,
    uploadId: string,
    options?: CallOptions,
  ): Promise<void>
}

export interface DirectUploadParts {
  readonly features: Features
  readonly multipart: MultipartGroup
  readonly presignPart: PresignPart
}

const defaultSeconds = 900

const createOptions: Readonly<Record<keyof DirectUploadOptions, true>> = {
  acl: true,
  cacheControl: true,
  contentDisposition: true,
  contentEncoding: true,
  contentLanguage: true,
  contentType: true,
  expires: true,
  metadata: true,
  signal: true,
}

const partOptions: Readonly<Record<keyof PresignPartOptions, true>> = {
  expiresIn: true,
  partNumber: true,
  signal: true,
  size: true,
  uploadId: true,
}

export function directUploads(
  { profile }: S3Context,
  { features, multipart, presignPart }: DirectUploadParts,
  run: RunCall,
): S3DirectUploads {
  return {
    createUpload: (container, key, options = {}) =>
      run('createUpload', { container, key }, { signal: options.signal }, (call, name) => {
        refuseUnknown(options, createOptions)
        const { acl, metadata } = options
        const attributes = {
          ...pickAttributes(options, features),
          ...(acl !== undefined && { acl: checkAcl(acl, features.acls.objects) }),
          ...(metadata !== undefined && { metadata: normalizeMetadata(metadata, features) }),
        }
        return multipart.create({ container: name, key, ...attributes }, call)
      }),

    presignPart: (container, key, options) =>
      run('presignPart', { container, key }, { signal: options?.signal }, async (_call, name) => {
        refuseUnknown(options, partOptions)
        const { uploadId, partNumber, expiresIn = defaultSeconds, size } = options
        requireId(uploadId)
        requireWhole('partNumber', partNumber, 1, profile.multipart.maxParts)
        requireWhole('expiresIn', expiresIn, 1, profile.presign.maxSeconds)
        if (size !== undefined) requireWhole('size', size, 0, profile.multipart.maxPartBytes)
        return presignPart({
          container: name,
          key,
          upload: uploadId,
          number: partNumber,
          expiresIn,
          size,
        })
      }),

    completeUpload: (container, key, upload, options) =>
      run('completeUpload', { container, key }, options, async (call, name) => {
        requireId(upload)
        const parts: PartRef[] = []
        let cursor: string | undefined
        do {
          const page = await multipart.listParts?.({ container: name, key, upload, cursor }, call)
          if (page?.cursor !== undefined && page.cursor === cursor) {
            throw new StorageError('MalformedResponse', 'the listing of parts does not get on')
          }
          parts.push(...(page?.parts ?? []))
          cursor = page?.cursor
        } while (cursor !== undefined)
        if (parts.length === 0) {
          throw new StorageError('InvalidArgument', 'the server has no part of this upload')
        }
        const size = parts.reduce((sum, part) => sum + part.size, 0)
        const written = { container: name, key, upload, parts, size }
        const { etag } = await multipart.complete(written, call)
        return { size, ...(etag !== undefined && { etag }) }
      }),

    abortUpload: (container, key, upload, options) =>
      run('abortUpload', { container, key }, options, (call, name) => {
        requireId(upload)
        return multipart.abort({ container: name, key, upload }, call)
      }),
  }
}

function refuseUnknown(options: object, known: object): void {
  if (typeof options !== 'object' || options === null) {
    throw new StorageError('InvalidArgument', 'the options must be an object')
  }
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(known, name))
  if (unknown === undefined) return
  throw new StorageError('InvalidArgument', `there is no option ${JSON.stringify(unknown)} here`, {
    hint: `Known ones: ${Object.keys(known).join(', ')}`,
  })
}

// Without one, the request would be about the object itself.
function requireId(upload: unknown): void {
  if (typeof upload === 'string' && upload !== '') return
  throw new StorageError(
    'InvalidArgument',
    'the id of the upload must be a string that is not empty',
  )
}

function requireWhole(name: string, value: unknown, least: number, most: number): void {
  if (Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most) return
  throw new StorageError(
    'InvalidArgument',
    `option ${name} must be a whole number from ${least} to ${most}`,
  )
}

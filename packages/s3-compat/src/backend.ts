import type { Features, MultipartGroup, StorageBackend } from '@cloudstore/core'
import { aclOperations } from './operations/acl.ts'
import { bucketOperations } from './operations/buckets.ts'
import { copyOperation } from './operations/copy.ts'
import { deleteObjectsOperation } from './operations/delete-objects.ts'
import { listObjectsOperation } from './operations/list-objects.ts'
import { multipartOperations } from './operations/multipart.ts'
import { objectOperations } from './operations/objects.ts'
import { presignOperations } from './operations/presign.ts'
import type { S3Context } from './operations/s3-context.ts'
import { seenContainers } from './operations/seen-containers.ts'

export interface S3BackendSettings {
  readonly name: string
  readonly features: Features
  readonly region: string
  readonly close: () => Promise<void>
}

/** Uploads in parts are always there. */
export type S3Backend = StorageBackend & { readonly multipart: MultipartGroup }

/** The S3 protocol as a backend: each operation builds a request, sends it and reads the answer. */
export function s3Backend(context: S3Context, settings: S3BackendSettings): S3Backend {
  const { profile } = context
  const seen = seenContainers()
  const buckets = bucketOperations(context, seen, settings.region)
  const objects = objectOperations(context, seen, (container, call) =>
    buckets.headContainer({ container }, call),
  )
  const multipart = multipartOperations(context, objects.headObject)
  const acl = aclOperations(context)
  const { objectUrl, presign, uploadForm } = presignOperations(context)
  return {
    name: settings.name,
    features: settings.features,
    ...buckets,
    ...objects,
    listObjects: listObjectsOperation(context, seen),
    multipart,
    copyObject: copyOperation(context, { head: objects.headObject, acl, multipart }),
    deleteObjects: profile.deleteObjects
      ? deleteObjectsOperation(context, objects.deleteObject)
      : undefined,
    objectUrl,
    presign,
    uploadForm: profile.uploadForm ? uploadForm : undefined,
    acl,
    close: settings.close,
  }
}

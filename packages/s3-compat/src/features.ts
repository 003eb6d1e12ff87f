import type { Features } from '@cloudstore/core'
import { extensionsOf } from './extensions.ts'
import type { S3Profile } from './profiles/profile.ts'

/**
 * What a service promises, in core's terms.
 *
 * @param oneShot - whether a put can be sent without reading its body for a hash first
 */
export function featuresOf(profile: S3Profile, oneShot: boolean): Features {
  const { multipart, presign } = profile
  return {
    containerNames: 'dns',
    list: { order: profile.list.order, startAfter: true, delimiter: true, maxPage: 1000 },
    put: { unknownLength: false, oneShot, maxBytes: profile.maxPutBytes },
    attributes: [
      'contentType',
      'cacheControl',
      'contentDisposition',
      'contentEncoding',
      'contentLanguage',
      'expires',
      'headers',
    ],
    multipart: {
      minPart: multipart.minPartBytes,
      maxPart: multipart.maxPartBytes,
      maxParts: multipart.maxParts,
      maxObject: profile.maxObjectBytes,
      equalParts: multipart.equalParts,
      parallel: true,
      exclusivePerKey: false,
      abortFrees: true,
    },
    conditions: profile.conditions,
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
    metadata: { maxBytes: 2048 },
    acls: profile.acls,
    deleteObjects: profile.deleteObjects,
    presign: { methods: presign.methods, maxSeconds: presign.maxSeconds },
    extensions: extensionsOf(profile),
  }
}

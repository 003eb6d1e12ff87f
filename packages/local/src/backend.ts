import type { StorageBackend } from '@cloudstore/core'
import { containerOperations } from './containers/operations.ts'
import { featuresOf } from './features.ts'
import { aclOperations } from './objects/acl-operations.ts'
import { objectOperations } from './objects/operations.ts'
import type { LocalSettings } from './options.ts'
import { storeDoor, type StoreDoor } from './root/store.ts'
import { translating } from './root/translating.ts'
import { multipartOperations } from './uploads/operations.ts'
import { urlOperations } from './urls/operations.ts'
import { createUrlSigner, type UrlSigner } from './urls/signer.ts'

/** What `createFileHandler` needs of a driver besides what every driver can do. */
export interface LocalInside {
  readonly door: StoreDoor
  readonly signer: UrlSigner
}

// Not on the backend: what reaches the files without a check, and what signs, is nobody else's.
const insides = new WeakMap<StorageBackend, LocalInside>()

/** The inside of a backend made here with option `urls`. */
export function insideOf(backend: StorageBackend): LocalInside | undefined {
  return insides.get(backend)
}

const noUrls =
  'Give the driver option urls: { baseUrl, secret }, and serve createFileHandler(driver) there'
const noCdn = 'There is no CDN in front of a local folder: url and presign give addresses'

export function localBackend(settings: LocalSettings): StorageBackend {
  const door = storeDoor(settings)
  const features = featuresOf(settings)
  const signer = settings.urls && createUrlSigner(settings.urls, settings.clock)
  const containers = containerOperations(door, settings.names)
  const objects = objectOperations(door)
  const multipart = multipartOperations(door, features.multipart)
  const acl = aclOperations(door)
  const backend: StorageBackend = {
    name: `Local folder ${settings.root}`,
    features,
    listContainers: translating(containers.listContainers),
    headContainer: translating(containers.headContainer),
    createContainer: translating(containers.createContainer),
    deleteContainer: translating(containers.deleteContainer),
    listObjects: translating(objects.listObjects),
    headObject: translating(objects.headObject),
    getObject: translating(objects.getObject),
    putObject: translating(objects.putObject),
    deleteObject: translating(objects.deleteObject),
    copyObject: translating(objects.copyObject),
    multipart: {
      create: translating(multipart.create),
      uploadPart: translating(multipart.uploadPart),
      complete: translating(multipart.complete),
      abort: translating(multipart.abort),
      listParts: translating(multipart.listParts),
      listUploads: translating(multipart.listUploads),
    },
    acl: {
      getObjectAcl: translating(acl.getObjectAcl),
      setObjectAcl: translating(acl.setObjectAcl),
      getContainerAcl: translating(acl.getContainerAcl),
      setContainerAcl: translating(acl.setContainerAcl),
    },
    ...(signer && urlOperations(signer)),
    absent: {
      objectUrl: noUrls,
      presign: noUrls,
      uploadForm: 'Upload by a presigned PUT instead',
      cdn: noCdn,
    },
    close: () => door.close(),
  }
  if (signer !== undefined) insides.set(backend, { door, signer })
  return backend
}

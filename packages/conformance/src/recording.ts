import {
  BaseStorageDriver,
  type Forwarded,
  type MultipartGroup,
  type StorageBackend,
  type StorageDriver,
} from '@cloudstore/core'

/** A driver over a backend that others use too, and what this driver has sent to it. */
export interface Recording {
  readonly driver: StorageDriver
  /** The operations that reached the backend, by their names on `StorageBackend`, in order. */
  readonly sent: string[]
}

export function record(driver: StorageDriver): Recording {
  const sent: string[] = []
  const backend = recorded(driver.backend, (operation) => sent.push(operation))
  return { driver: new BaseStorageDriver(backend, { provider: driver.provider }), sent }
}

/** The same backend, which tells of every call. Closing it closes nothing: it is not the owner. */
function recorded(
  inner: StorageBackend,
  tell: (operation: string) => void,
): Forwarded<StorageBackend> {
  const told = <A extends unknown[], R>(operation: string, call: (...args: A) => R) => {
    return (...args: A): R => {
      tell(operation)
      return call(...args)
    }
  }
  const { copyObject, deleteObjects, objectUrl, presign, uploadForm, acl, cdn } = inner
  return {
    name: inner.name,
    features: inner.features,
    absent: inner.absent,
    listContainers: told('listContainers', (request, call) => inner.listContainers(request, call)),
    headContainer: told('headContainer', (request, call) => inner.headContainer(request, call)),
    createContainer: told('createContainer', (request, call) =>
      inner.createContainer(request, call),
    ),
    deleteContainer: told('deleteContainer', (request, call) =>
      inner.deleteContainer(request, call),
    ),
    listObjects: told('listObjects', (request, call) => inner.listObjects(request, call)),
    headObject: told('headObject', (request, call) => inner.headObject(request, call)),
    getObject: told('getObject', (request, call) => inner.getObject(request, call)),
    putObject: told('putObject', (request, call) => inner.putObject(request, call)),
    deleteObject: told('deleteObject', (request, call) => inner.deleteObject(request, call)),
    multipart: inner.multipart && recordedMultipart(inner.multipart, tell),
    copyObject: copyObject && told('copyObject', copyObject.bind(inner)),
    deleteObjects: deleteObjects && told('deleteObjects', deleteObjects.bind(inner)),
    objectUrl: objectUrl?.bind(inner),
    presign: presign && told('presign', presign.bind(inner)),
    uploadForm: uploadForm && told('uploadForm', uploadForm.bind(inner)),
    acl: acl && {
      getObjectAcl: acl.getObjectAcl && told('acl.getObjectAcl', acl.getObjectAcl.bind(acl)),
      setObjectAcl: acl.setObjectAcl && told('acl.setObjectAcl', acl.setObjectAcl.bind(acl)),
      getContainerAcl:
        acl.getContainerAcl && told('acl.getContainerAcl', acl.getContainerAcl.bind(acl)),
      setContainerAcl:
        acl.setContainerAcl && told('acl.setContainerAcl', acl.setContainerAcl.bind(acl)),
    },
    cdn: cdn && {
      containerUrl: told('cdn.containerUrl', (request, call) => cdn.containerUrl(request, call)),
      objectUrl: told('cdn.objectUrl', (request, call) => cdn.objectUrl(request, call)),
      enableContainer: told('cdn.enableContainer', (request, call) =>
        cdn.enableContainer(request, call),
      ),
      enableObject: told('cdn.enableObject', (request, call) => cdn.enableObject(request, call)),
      disableContainer: told('cdn.disableContainer', (request, call) =>
        cdn.disableContainer(request, call),
      ),
      purgeContainer: told('cdn.purgeContainer', (request, call) =>
        cdn.purgeContainer(request, call),
      ),
    },
    close: undefined,
  }
}

function recordedMultipart(
  inner: MultipartGroup,
  tell: (operation: string) => void,
): Forwarded<MultipartGroup> {
  const { listParts, listUploads } = inner
  return {
    create: (request, call) => {
      tell('multipart.create')
      return inner.create(request, call)
    },
    uploadPart: (request, call) => {
      tell('multipart.uploadPart')
      return inner.uploadPart(request, call)
    },
    complete: (request, call) => {
      tell('multipart.complete')
      return inner.complete(request, call)
    },
    abort: (request, call) => {
      tell('multipart.abort')
      return inner.abort(request, call)
    },
    listParts: listParts?.bind(inner),
    listUploads: listUploads?.bind(inner),
  }
}

/** A driver over the same backend but for some operations. */
export function altered(driver: StorageDriver, changes: Partial<StorageBackend>): StorageDriver {
  const backend = { ...recorded(driver.backend, () => undefined), ...changes }
  return new BaseStorageDriver(backend, { provider: driver.provider })
}

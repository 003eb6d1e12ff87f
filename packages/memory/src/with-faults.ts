import type { Body, Call, Forwarded, GetObjectRequest, StorageBackend } from '@cloudstore/core'
import type { MemoryBackend } from './backend.ts'
import { brokenBody, brokenReader } from './broken-transfer.ts'
import type { Faults } from './faults.ts'
import type { MemoryOperation } from './operations.ts'

/**
 * The backend with each operation passing through the delays and failures of a test, and refusing
 * calls that were cancelled already.
 */
export function withFaults(inner: MemoryBackend, faults: Faults): Forwarded<StorageBackend> {
  function wrap<Request, Answer>(
    operation: MemoryOperation,
    run: (request: Request, call: Call) => Promise<Answer>,
  ): (request: Request, call: Call) => Promise<Answer> {
    return async (request, call) => {
      await faults.before(operation, call.signal)
      return run(request, call)
    }
  }
  function wrapSending<Request extends { readonly body: Body }, Answer>(
    operation: MemoryOperation,
    run: (request: Request, call: Call) => Promise<Answer>,
  ): (request: Request, call: Call) => Promise<Answer> {
    return async (request, call) => {
      const broken = await faults.before(operation, call.signal)
      if (broken === undefined) return run(request, call)
      return run({ ...request, body: brokenBody(request.body, broken) }, call)
    }
  }
  async function getObject(request: GetObjectRequest, call: Call) {
    const broken = await faults.before('getObject', call.signal)
    const answer = await inner.getObject(request, call)
    if (broken === undefined) return answer
    return { ...answer, body: brokenReader(answer.body, broken) }
  }
  const { multipart, acl } = inner
  return {
    name: inner.name,
    features: inner.features,
    listContainers: wrap('listContainers', inner.listContainers),
    headContainer: wrap('headContainer', inner.headContainer),
    createContainer: wrap('createContainer', inner.createContainer),
    deleteContainer: wrap('deleteContainer', inner.deleteContainer),
    listObjects: wrap('listObjects', inner.listObjects),
    headObject: wrap('headObject', inner.headObject),
    getObject,
    putObject: wrapSending('putObject', inner.putObject),
    deleteObject: wrap('deleteObject', inner.deleteObject),
    deleteObjects: wrap('deleteObjects', inner.deleteObjects),
    copyObject: wrap('copyObject', inner.copyObject),
    multipart: {
      create: wrap('multipart.create', multipart.create),
      uploadPart: wrapSending('multipart.uploadPart', multipart.uploadPart),
      complete: wrap('multipart.complete', multipart.complete),
      abort: wrap('multipart.abort', multipart.abort),
      listParts: wrap('multipart.listParts', multipart.listParts),
      listUploads: wrap('multipart.listUploads', multipart.listUploads),
    },
    acl: {
      getObjectAcl: wrap('acl.getObjectAcl', acl.getObjectAcl),
      setObjectAcl: wrap('acl.setObjectAcl', acl.setObjectAcl),
      getContainerAcl: wrap('acl.getContainerAcl', acl.getContainerAcl),
      setContainerAcl: wrap('acl.setContainerAcl', acl.setContainerAcl),
    },
    objectUrl: undefined,
    presign: undefined,
    uploadForm: undefined,
    cdn: undefined,
    absent: inner.absent,
    close: undefined,
  }
}

import type { Forwarded, MultipartGroup, ObjectInfo, StorageBackend } from '@cloudstore/core'

/**
 * A backend that keeps everything below a prefix of the keys: what a wrapper of users looks like. Requests are passed on whole, so
 * options that it has never heard of go through.
 */
export function prefixed(inner: StorageBackend, prefix: string): Forwarded<StorageBackend> {
  const inside = <R extends { readonly key: string }>(request: R): R => ({
    ...request,
    key: prefix + request.key,
  })
  const outside = <I extends { readonly key: string }>(info: I): I => ({
    ...info,
    key: info.key.slice(prefix.length),
  })
  const { getObjectAcl, setObjectAcl } = inner.acl ?? {}
  const { acl, cdn, copyObject, deleteObjects, objectUrl, presign, uploadForm, multipart } = inner
  return {
    name: `${inner.name} below ${prefix}`,
    features: inner.features,
    absent: inner.absent,
    listContainers: (request, call) => inner.listContainers(request, call),
    headContainer: (request, call) => inner.headContainer(request, call),
    createContainer: (request, call) => inner.createContainer(request, call),
    deleteContainer: (request, call) => inner.deleteContainer(request, call),
    async listObjects(request, call) {
      const { startAfter } = request
      const page = await inner.listObjects(
        {
          ...request,
          prefix: prefix + (request.prefix ?? ''),
          ...(startAfter !== undefined && { startAfter: prefix + startAfter }),
        },
        call,
      )
      const objects: ObjectInfo[] = page.objects.map(outside)
      return { ...page, objects, prefixes: page.prefixes.map((one) => one.slice(prefix.length)) }
    },
    headObject: async (request, call) => outside(await inner.headObject(inside(request), call)),
    async getObject(request, call) {
      const { info, body } = await inner.getObject(inside(request), call)
      return { info: outside(info), body }
    },
    putObject: async (request, call) => outside(await inner.putObject(inside(request), call)),
    deleteObject: (request, call) => inner.deleteObject(inside(request), call),
    multipart: multipart && prefixedMultipart(multipart, prefix, inside, outside),
    copyObject:
      copyObject &&
      (async (request, call) =>
        outside(await copyObject({ ...inside(request), source: inside(request.source) }, call))),
    deleteObjects:
      deleteObjects &&
      (async (request, call) => {
        const keys = request.keys.map((key) => prefix + key)
        return (await deleteObjects({ ...request, keys }, call)).map(outside)
      }),
    objectUrl: objectUrl && ((request) => objectUrl(inside(request))),
    presign: presign && ((request, call) => presign(inside(request), call)),
    uploadForm: uploadForm && ((request, call) => uploadForm(inside(request), call)),
    acl: acl && {
      getObjectAcl: getObjectAcl && ((request, call) => getObjectAcl(inside(request), call)),
      setObjectAcl: setObjectAcl && ((request, call) => setObjectAcl(inside(request), call)),
      getContainerAcl: acl.getContainerAcl,
      setContainerAcl: acl.setContainerAcl,
    },
    cdn,
    close: inner.close,
  }
}

function prefixedMultipart(
  inner: MultipartGroup,
  prefix: string,
  inside: <R extends { readonly key: string }>(request: R) => R,
  outside: <I extends { readonly key: string }>(info: I) => I,
): Forwarded<MultipartGroup> {
  const { listParts, listUploads } = inner
  return {
    create: (request, call) => inner.create(inside(request), call),
    uploadPart: (request, call) => inner.uploadPart(inside(request), call),
    complete: async (request, call) => outside(await inner.complete(inside(request), call)),
    abort: (request, call) => inner.abort(inside(request), call),
    listParts: listParts && ((request, call) => listParts(inside(request), call)),
    listUploads:
      listUploads &&
      (async (request, call) => {
        const page = await listUploads(
          { ...request, prefix: prefix + (request.prefix ?? '') },
          call,
        )
        return { ...page, uploads: page.uploads.map(outside) }
      }),
  }
}

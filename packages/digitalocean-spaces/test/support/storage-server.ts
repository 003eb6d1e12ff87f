import { serve, type TestServer } from './http-server.ts'

export interface StorageServer extends TestServer {
  readonly containers: Set<string>
  /** Keys that everybody may read, as `container/key`. */
  readonly publicObjects: Set<string>
  readonly privateObjects: Set<string>
}

const owner = '<ID>1</ID><DisplayName>1</DisplayName>'

/** As much of a storage service as the CDN asks for: whether a container is there, and who may read an object. */
export async function storageServer(): Promise<StorageServer> {
  const containers = new Set<string>()
  const publicObjects = new Set<string>()
  const privateObjects = new Set<string>()
  const server = await serve(({ method, url }) => {
    const name = decodeURIComponent(url.pathname.slice(1))
    if (method === 'HEAD') return { status: containers.has(name) ? 200 : 404 }
    const isPublic = publicObjects.has(name)
    if (!isPublic && !privateObjects.has(name)) {
      return { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' }
    }
    const grants =
      `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">${owner}</Grantee>` +
      '<Permission>FULL_CONTROL</Permission></Grant>' +
      (isPublic
        ? '<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>'
        : '')
    return {
      status: 200,
      headers: { 'content-type': 'application/xml' },
      body: `<?xml version="1.0" encoding="UTF-8"?><AccessControlPolicy xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Owner>${owner}</Owner><AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`,
    }
  })
  return { ...server, containers, publicObjects, privateObjects }
}

import {
  StorageError,
  type Call,
  type CdnGroup,
  type PresignedRequest,
  type PresignRequest,
} from '@cloudstore/core'

type Presign = (request: PresignRequest, call: Call) => Promise<PresignedRequest>

/** What the CDN takes in one request. */
const mostBytes = 8_100 * 1024

/**
 * Presigns for the CDN. The edge passes a request on under the origin's host, so it is signed for that host and sent to the CDN's.
 *
 * @param service - the host of the service, without the container
 * @param originOf - the host under which the edge asks for a container
 */
export function presignViaCdn(
  presign: Presign,
  cdn: CdnGroup,
  service: string,
  originOf: (container: string) => string,
): Presign {
  return async (request, call) => {
    if (request.via !== 'cdn') return presign(request, call)
    const { container, method, size } = request
    if (method === 'DELETE') {
      throw new StorageError('UnsupportedOperation', 'the CDN passes no DELETE on', {
        hint: "Leave option via out: the origin's own URL deletes",
      })
    }
    if (size !== undefined && size > mostBytes) {
      throw new StorageError(
        'TooLarge',
        `the CDN takes ${mostBytes} bytes in one request at most`,
        {
          hint: "Leave option via out: the origin's own URL takes more",
        },
      )
    }
    const { via: _via, ...plain } = request
    const signed = await presign(plain, call)
    const [, host = '', rest = ''] = /^https?:\/\/([^/?]*)(.*)$/s.exec(signed.url) ?? []
    if (host.replace(/:\d+$/, '') !== `${container}.${service}`) {
      throw new StorageError(
        'UnsupportedOperation',
        'a URL at the CDN must be signed for the host of the container, and this driver has it in the path',
        {
          hint: "Set option addressing to 'virtual'; a container with a dot in its name has no such host",
        },
      )
    }
    const origin = originOf(container)
    if (host !== origin) {
      throw new StorageError(
        'UnsupportedOperation',
        `the CDN passes requests on to ${origin}, and this driver signs them for ${host}`,
        {
          hint: 'Leave option via out, or the options endpoint, host and port, so that both are the same host',
        },
      )
    }
    return { ...signed, url: `${await cdn.containerUrl({ container }, call)}${rest}` }
  }
}

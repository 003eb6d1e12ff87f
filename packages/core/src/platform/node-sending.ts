import type { ClientRequest } from 'node:http'
import type { Body } from '../contract/body.ts'
import { OutgoingBody, type SendingListener } from '../http/outgoing-body.ts'

/** Bodies up to this size are written at once, together with the headers. */
export const writtenAtOnce: number = 64 * 1024

// How much may be on its way to the kernel. More gains nothing, and a slow line must take this much within `timeouts.idle`.
const windowSize = 256 * 1024

/** A body on its way to a socket. */
export class Sending extends OutgoingBody {
  readonly request: ClientRequest

  constructor(request: ClientRequest, body: Body, listener: SendingListener) {
    super(body, listener)
    this.request = request
  }

  async run(): Promise<void> {
    try {
      await this.copy()
    } catch (error) {
      if (this.stopped) return
      this.stop(error)
      this.listener.fail(error)
    }
  }

  async copy(): Promise<void> {
    const { request, listener } = this
    for (;;) {
      const next = this.next()
      const chunk = next !== undefined && 'then' in next ? await next : next
      if (this.stopped) return
      if (chunk === undefined) break
      request.write(chunk)
      if (request.writableLength >= windowSize) {
        listener.waitsForPeer()
        await drained(request)
        if (this.stopped) return
      }
    }
    listener.waitsForPeer()
    request.end(() => listener.complete())
  }
}

function drained(request: ClientRequest): Promise<void> {
  return new Promise((resolve) => {
    request.once('drain', resolve)
  })
}

import type { BodyReader } from '../contract/body.ts'
import { isStorageError } from '../errors/errors.ts'
import {
  emitEvent,
  withoutQueryValues,
  type HttpEventContext,
  type HttpEventListener,
} from './events.ts'
import { notesOf } from './failure-notes.ts'
import type { HttpHeaders, HttpRequest, HttpResponse, Transport } from './transport.ts'

/** Sends a request and tells the listener what becomes of it. */
export async function observedSend(
  transport: Transport,
  request: HttpRequest,
  listener: HttpEventListener,
  context: HttpEventContext,
): Promise<HttpResponse> {
  const since = performance.now()
  const elapsed = (): number => performance.now() - since
  const { method, body } = request
  const path = withoutQueryValues(request.path)
  emitEvent(listener, { type: 'request', ...context, method, path, size: body?.size ?? 0 })
  const tellFailure = (error: unknown): void => {
    const { timeout } = notesOf(error)
    const milliseconds = elapsed()
    emitEvent(
      listener,
      timeout === undefined
        ? {
            type: 'failure',
            ...context,
            code: isStorageError(error) ? error.code : undefined,
            milliseconds,
          }
        : { type: 'timeout', ...context, timeout, milliseconds },
    )
  }
  let response: HttpResponse
  try {
    response = await transport.send({
      ...request,
      onWait(milliseconds) {
        emitEvent(listener, { type: 'wait', ...context, for: 'connection', milliseconds })
      },
    })
  } catch (error) {
    tellFailure(error)
    throw error
  }
  const { status, headers } = response
  const requestId = requestIdOf(headers)
  emitEvent(listener, { type: 'response', ...context, status, milliseconds: elapsed(), requestId })
  const tellEnd = (bytes: number, complete: boolean): void => {
    emitEvent(listener, { type: 'end', ...context, bytes, complete, milliseconds: elapsed() })
  }
  return { status, headers, body: observed(response.body, tellEnd, tellFailure) }
}

function requestIdOf(headers: HttpHeaders): string | undefined {
  return headers['x-amz-request-id'] ?? headers['x-request-id']
}

function observed(
  reader: BodyReader,
  tellEnd: (bytes: number, complete: boolean) => void,
  tellFailure: (error: unknown) => void,
): BodyReader {
  let bytes = 0
  let told = false
  const seen = (chunk: Uint8Array | undefined): Uint8Array | undefined => {
    if (chunk !== undefined) bytes += chunk.byteLength
    else if (!told) {
      told = true
      tellEnd(bytes, true)
    }
    return chunk
  }
  const failed = (error: unknown): never => {
    if (!told) {
      told = true
      tellFailure(error)
    }
    throw error
  }
  return {
    read() {
      const next = reader.read()
      return next !== undefined && 'then' in next ? next.then(seen, failed) : seen(next)
    },
    cancel(reason) {
      if (!told) {
        told = true
        tellEnd(bytes, false)
      }
      return reader.cancel(reason)
    },
  }
}

import type { StorageErrorCode } from '../errors/error-codes.ts'
import type { TimeoutName } from './timeouts.ts'

/**
 * What happens to a request, as data for logs, metrics and traces. Holds no header, no query value and no body; `path` does hold the
 * object's key. Times are in milliseconds.
 */
export type HttpEvent =
  | HttpRequestEvent
  | HttpResponseEvent
  | HttpEndEvent
  | HttpFailureEvent
  | HttpTimeoutEvent
  | HttpWaitEvent
  | HttpRetryEvent

/** What every event says. */
export interface HttpEventContext {
  /** The method that the application called, by its name on `StorageDriver`. */
  readonly operation: string
  /** Counts from 1 within one request of an operation. */
  readonly attempt: number
  /** Such as `https://nyc3.digitaloceanspaces.com`. */
  readonly origin: string
  readonly container?: string | undefined
}

/** A request begins. */
export interface HttpRequestEvent extends HttpEventContext {
  readonly type: 'request'
  readonly method: string
  /** With the names of the query, without its values. */
  readonly path: string
  /** Bytes of the body. */
  readonly size: number
}

/** The headers of an answer are there. */
export interface HttpResponseEvent extends HttpEventContext {
  readonly type: 'response'
  readonly status: number
  /** Since the request began, waiting for a connection included. */
  readonly milliseconds: number
  /** The server's id of the request. */
  readonly requestId?: string | undefined
}

/** The body of an answer was read to its end, or its reader had enough. */
export interface HttpEndEvent extends HttpEventContext {
  readonly type: 'end'
  readonly bytes: number
  readonly complete: boolean
  readonly milliseconds: number
}

/** A request, or the body of its answer, failed without the server saying so. */
export interface HttpFailureEvent extends HttpEventContext {
  readonly type: 'failure'
  /** Absent for errors that are not ours: cancelled calls, failing sources. */
  readonly code?: StorageErrorCode | undefined
  readonly milliseconds: number
}

/** As `failure`, because something took too long. */
export interface HttpTimeoutEvent extends HttpEventContext {
  readonly type: 'timeout'
  readonly timeout: TimeoutName
  readonly milliseconds: number
}

/** A request had to wait: for a free connection, or for its turn under the rate limit. */
export interface HttpWaitEvent extends HttpEventContext {
  readonly type: 'wait'
  readonly for: 'connection' | 'rate'
  readonly milliseconds: number
}

/** A failed attempt will be repeated. */
export interface HttpRetryEvent extends HttpEventContext {
  readonly type: 'retry'
  /** Why the attempt failed. */
  readonly code: StorageErrorCode
  readonly status?: number | undefined
  /** The wait before the next attempt. */
  readonly delay: number
}

/** Listens to events. What it throws is reported as an uncaught exception and does not touch the request. */
export type HttpEventListener = (event: HttpEvent) => void

export function emitEvent(listener: HttpEventListener, event: HttpEvent): void {
  try {
    listener(event)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

/** A path that may be logged. */
export function withoutQueryValues(path: string): string {
  const start = path.indexOf('?')
  if (start === -1) return path
  const names = path
    .slice(start + 1)
    .split('&')
    .map((pair) => pair.split('=', 1)[0])
  return `${path.slice(0, start)}?${names.join('&')}`
}

import { throwIfAborted } from '../abort.ts'
import { isStorageError, withContext, type StorageError } from '../errors/errors.ts'
import type { AbortSignalLike } from '../surface/structural.ts'
import { emitEvent, type HttpEventContext, type HttpEventListener } from './events.ts'
import { limitsOf, type Limits } from './limits.ts'
import { observedSend } from './observed-send.ts'
import { originUrl } from './origin.ts'
import { takeTurn, type RateLimit } from './rate-limit.ts'
import { retryAfter } from './retry-after.ts'
import {
  canBeSentAgain,
  isRepeatable,
  mayHaveActed,
  retryDelay,
  type OperationKind,
  type RetryPolicy,
} from './retry.ts'
import { sleep } from './sleep.ts'
import { deadlineAfter, type Deadline, type Timeouts } from './timeouts.ts'
import type { HttpRequest, HttpResponse, Transport } from './transport.ts'

export interface HttpClientSettings {
  readonly transport: Transport
  readonly timeouts: Timeouts
  readonly retries: RetryPolicy
  /** Of the requests to one container. */
  readonly rateLimit?: RateLimit | false | undefined
  /** Of all requests together: clients of one transport that give the same `name` share it. */
  readonly overallRateLimit?: (RateLimit & { readonly name: string }) | false | undefined
  readonly onEvent?: HttpEventListener | undefined
  /** Milliseconds since 1970. Default: `Date.now`. */
  readonly clock?: (() => number) | undefined
}

/** One request of an operation, however often it is sent. */
export interface HttpCall {
  /** The method that the application called, by its name on `StorageDriver`. */
  readonly operation: string
  readonly kind: OperationKind
  /** Whether the body can be sent again; true without a body. */
  readonly replayable: boolean
  /** Requests to one container share a rate limit. */
  readonly container?: string | undefined
  readonly signal?: AbortSignalLike | undefined
  /**
   * Asked after a failure whether something was put right that makes it worth trying again at once: the clock, a region, credentials.
   * The operation itself is tried again at most twice, and only when its body can be sent again; for later ones it is put right all the same.
   */
  readonly repair?: ((error: StorageError) => boolean | Promise<boolean>) | undefined
}

/** One try. */
export interface HttpAttempt {
  /** Counts from 1. */
  readonly number: number
  /** Sends a request under the client's limits. Time-outs, deadline, signal and events are added. */
  send(request: AttemptRequest): Promise<HttpResponse>
}

export type AttemptRequest = Omit<HttpRequest, 'timeouts' | 'deadline' | 'signal' | 'onWait'>

/** Sends requests by the rules that a driver was given: rate limit, retries, time-outs, events. */
export interface HttpClient {
  /**
   * Runs an attempt until one succeeds or trying again would be wrong. The attempt addresses and signs anew each time, sends, and
   * turns a bad answer into a `StorageError`, whose `retryable` decides. What else it throws is passed on unchanged. When it throws, the
   * rest of the answer's body is let go.
   *
   * The error that comes out says how many `attempts` there were, and has the `outcome: 'unknown'` where a server may have acted
   * on an operation that changes something.
   */
  run<T>(call: HttpCall, attempt: (attempt: HttpAttempt) => Promise<T>): Promise<T>
}

const mostRepairs = 2

export function httpClient(settings: HttpClientSettings): HttpClient {
  const { timeouts, onEvent } = settings
  const limits = limitsOf(settings.transport)

  return {
    async run(call, tryOnce) {
      const deadline = deadlineAfter(timeouts.total)
      let repairs = 0
      for (let number = 1; ; number += 1) {
        throwIfAborted(call.signal)
        const attempt = new Attempt(settings, limits, call, number, deadline)
        try {
          return await tryOnce(attempt)
        } catch (error) {
          attempt.release(error)
          if (call.signal?.aborted === true || !isStorageError(error)) throw error
          if (repairs < mostRepairs && (await isRepaired(call, error))) {
            repairs += 1
            continue
          }
          const delay = attempt.delayAfter(error)
          if (typeof delay !== 'number') throw finalError(error, attempt, delay)
          if (onEvent !== undefined) {
            const { code, status } = error
            emitEvent(onEvent, { type: 'retry', ...attempt.context(), code, status, delay })
          }
          await sleep(delay, call.signal)
        }
      }
    },
  }

  async function isRepaired(call: HttpCall, error: StorageError): Promise<boolean> {
    if (call.repair === undefined) return false
    return (await call.repair(error)) && canBeSentAgain(error, call.replayable)
  }

  function finalError(
    error: StorageError,
    attempt: Attempt,
    hint: string | undefined,
  ): StorageError {
    const { call, number } = attempt
    const outcome =
      call.kind !== 'safe' && unclearCodes.has(error.code) && mayHaveActed(error, attempt.status)
        ? 'unknown'
        : undefined
    if (number === 1 && outcome === undefined && hint === undefined) return error
    return withContext(error, { attempts: number, outcome, hint: error.hint ?? hint })
  }
}

/** Two waits that run at the same time, as one. */
function longer(
  a: number | Promise<number>,
  b: number | Promise<number>,
): number | Promise<number> {
  if (typeof a === 'number' && typeof b === 'number') return Math.max(a, b)
  return Promise.all([a, b]).then((waits) => Math.max(...waits))
}

/** Failures that leave open what the server did; the others are its own word. */
const unclearCodes: ReadonlySet<string> = new Set([
  'Network',
  'Timeout',
  'ServiceUnavailable',
  'MalformedResponse',
  'Unknown',
])

class Attempt implements HttpAttempt {
  readonly settings: HttpClientSettings
  readonly limits: Limits
  readonly call: HttpCall
  readonly number: number
  readonly deadline: Deadline | undefined
  origin = ''
  response: HttpResponse | undefined
  status: number | undefined
  askedDelay: number | undefined

  constructor(
    settings: HttpClientSettings,
    limits: Limits,
    call: HttpCall,
    number: number,
    deadline: Deadline | undefined,
  ) {
    this.settings = settings
    this.limits = limits
    this.call = call
    this.number = number
    this.deadline = deadline
  }

  async send(request: AttemptRequest): Promise<HttpResponse> {
    const { transport, timeouts, retries, onEvent, clock = Date.now } = this.settings
    const { signal } = this.call
    const { deadline } = this
    this.origin = originUrl(request.origin)
    this.status = undefined
    this.askedDelay = undefined
    this.limits.budget(this.origin).countRequest(retries.budget)
    const turn = this.takeTurn()
    if (typeof turn !== 'number') await turn
    const { method, origin, path, headers, body, slow } = request
    const whole = { method, origin, path, headers, body, slow, timeouts, deadline, signal }
    const response =
      onEvent === undefined
        ? await transport.send(whole)
        : await observedSend(transport, whole, onEvent, this.context())
    this.response = response
    this.status = response.status
    this.askedDelay = retryAfter(response.headers, clock())
    return response
  }

  /** Lets go of an answer whose attempt has failed: nobody will read it. */
  release(reason: unknown): void {
    // The contract of readers: `cancel` does not fail.
    this.response?.body.cancel(reason).catch(() => undefined)
  }

  takeTurn(): number | Promise<number> {
    const { rateLimit = false, overallRateLimit = false, onEvent } = this.settings
    const { container, signal } = this.call
    const { origin, deadline, limits } = this
    const wait = { origin, signal, deadline }
    const own = rateLimit === false ? 0 : takeTurn(limits.rate(origin, container), rateLimit, wait)
    const shared =
      overallRateLimit === false
        ? 0
        : takeTurn(limits.rate(overallRateLimit.name, undefined), overallRateLimit, wait)
    const turn = longer(own, shared)
    if (typeof turn === 'number' || onEvent === undefined) return turn
    return turn.then((milliseconds) => {
      emitEvent(onEvent, { type: 'wait', ...this.context(), for: 'rate', milliseconds })
      return milliseconds
    })
  }

  context(): HttpEventContext {
    const { operation, container } = this.call
    return { operation, attempt: this.number, origin: this.origin, container }
  }

  /** How long to wait before the next attempt; else why there is none, where that is worth a word. */
  delayAfter(error: StorageError): number | string | undefined {
    const { retries } = this.settings
    const { kind, replayable } = this.call
    const { number, status, deadline, askedDelay: asked } = this
    if (!isRepeatable({ error, attempt: number, status, kind, replayable }, retries))
      return undefined
    if (asked !== undefined && asked > retries.maxDelay) {
      return `The server asks to wait for ${Math.ceil(asked / 1000)} s, which is more than retries.maxDelay`
    }
    const delay = retryDelay(number, retries, asked)
    const now = performance.now()
    if (deadline !== undefined && now + delay >= deadline.at) {
      return 'timeouts.total leaves no time for another attempt'
    }
    if (!this.limits.budget(this.origin).take(now)) {
      return 'It was not tried again, because too many requests to this service fail (retries.budget)'
    }
    return delay
  }
}

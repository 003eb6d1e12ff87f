import { onAbort } from '../abort.ts'
import { answeredEarly } from '../errors/answered-early.ts'
import { noteFailure, type FailureNotes } from './failure-notes.ts'
import { bodyLength, IncomingBody, readerOfBody, type Wire } from './incoming-body.ts'
import { originUrl } from './origin.ts'
import type { SendingListener } from './outgoing-body.ts'
import { PhaseTimer } from './phase-timer.ts'
import type { Slot } from './semaphore.ts'
import type { RunningExchange } from './slot-transport.ts'
import {
  deadlineError,
  defaultTimeouts,
  startTimer,
  stopTimer,
  timeoutError,
  type TimeoutName,
  type Timeouts,
  type Timer,
} from './timeouts.ts'
import type { HttpHeaders, HttpRequest, HttpResponse } from './transport.ts'

/**
 * One request and its answer, from slot to slot: the waits, the ways to end, the body. How bytes are moved is for those that extend it;
 * they call `answered` or `fail` once, and `settle` when the connection is free or gone.
 */
export abstract class BaseExchange implements RunningExchange, SendingListener, Wire {
  readonly request: HttpRequest
  readonly slot: Slot
  readonly ended: () => void
  readonly timeouts: Timeouts
  readonly timer: PhaseTimer<TimeoutName>
  /** Forgotten once used: a settled promise refers to the answer, whose reader must remain collectable. */
  outcome: { resolve(response: HttpResponse): void; reject(error: unknown): void } | undefined
  body: IncomingBody | undefined
  failed = false
  deadline: Timer
  stopListening: (() => void) | undefined

  constructor(request: HttpRequest, slot: Slot, ended: () => void) {
    this.request = request
    this.slot = slot
    this.ended = ended
    this.timeouts = request.timeouts ?? defaultTimeouts
    this.timer = new PhaseTimer((phase, milliseconds) => this.expire(phase, milliseconds))
  }

  /** Begins to send. */
  abstract start(): void
  /** How much of the request may have left, as far as one can tell. */
  abstract sent(): FailureNotes['sent']
  abstract pause(): void
  abstract resume(): void
  abstract destroy(): void

  run(): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      this.outcome = { resolve, reject }
      const { signal, deadline } = this.request
      this.stopListening = onAbort(signal, (reason) => this.abort(reason))
      if (deadline !== undefined) {
        this.deadline = startTimer(deadline.at - performance.now(), false, () => {
          this.abort(deadlineError(deadline, originUrl(this.request.origin)))
        })
      }
      this.start()
    })
  }

  waitsForSource(): void {
    if (!this.failed && this.body === undefined) this.timer.pause()
  }

  waitsForPeer(): void {
    this.waitFor('idle')
  }

  /** The last byte has been sent. */
  complete(): void {
    this.waitFor(this.request.slow === true ? 'long' : 'headers')
  }

  waitFor(phase: TimeoutName): void {
    const milliseconds = this.timeouts[phase]
    if (this.failed || this.body !== undefined || milliseconds === undefined) return
    this.timer.start(phase, milliseconds)
  }

  /**
   * The headers are there. Returns where to push the body to, unless the answer cannot be true.
   *
   * @param decoded - its length is not the announced one
   */
  answered(status: number, headers: HttpHeaders, decoded = false): IncomingBody | undefined {
    if (status >= 200 && status < 300 && this.sent() === 'part') {
      this.fail(answeredEarly(originUrl(this.request.origin), status))
      return undefined
    }
    const body = new IncomingBody({
      wire: this,
      slot: this.slot,
      timer: this.timer,
      timeouts: this.timeouts,
      origin: originUrl(this.request.origin),
      length: decoded ? undefined : bodyLength(this.request.method, status, headers),
      ended: () => this.bodyEnded(),
    })
    this.body = body
    const { outcome } = this
    this.outcome = undefined
    outcome?.resolve({ status, headers, body: readerOfBody(body) })
    return body
  }

  bodyEnded(): void {
    this.settle()
  }

  expire(phase: TimeoutName, milliseconds: number): void {
    if (this.body !== undefined) this.body.expire(phase, milliseconds)
    else this.fail(timeoutError(phase, milliseconds, originUrl(this.request.origin)))
  }

  /** Ends the exchange with an error, whatever it is doing. */
  abort(error: unknown): void {
    if (this.body === undefined) this.fail(error)
    else this.body.abort(error)
  }

  /** Ends an exchange that has no answer yet. */
  fail(error: unknown): void {
    if (this.failed || this.body !== undefined) return
    const sent = this.sent()
    if (sent !== undefined) noteFailure(error, { sent })
    this.failed = true
    this.timer.stop()
    this.outcome?.reject(error)
    this.outcome = undefined
    this.destroy()
  }

  hurry(milliseconds: number): void {
    this.body?.hurry(milliseconds)
  }

  settle(): void {
    this.timer.stop()
    stopTimer(this.deadline)
    this.stopListening?.()
    this.slot.release()
    this.ended()
  }
}

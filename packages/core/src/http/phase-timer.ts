import { startTimer, stopTimer, type Timer } from './timeouts.ts'

// A timer that fires later than this after its time says that the event loop was blocked.
const blockedMilliseconds = 20

/**
 * The one timer of a request, which passes through phases (connect, headers, idle, unread): a phase that begins or makes progress only
 * moves a number, and the timer looks when it fires whether it is really due. Millions of chunks cost two timers.
 */
export class PhaseTimer<Phase extends string> {
  readonly expired: (phase: Phase, milliseconds: number) => void
  phase: Phase | undefined
  milliseconds = 0
  due: number = Infinity
  firesAt: number = Infinity
  timer: Timer
  excused = false

  constructor(expired: (phase: Phase, milliseconds: number) => void) {
    this.expired = expired
  }

  /** Begins a phase, or the same phase anew. */
  start(phase: Phase, milliseconds: number): void {
    this.phase = phase
    this.milliseconds = milliseconds
    this.excused = false
    const now = performance.now()
    this.due = now + milliseconds
    if (this.due < this.firesAt) this.arm(now)
  }

  /** Nothing is waited for now. */
  pause(): void {
    this.phase = undefined
    this.due = Infinity
  }

  stop(): void {
    this.pause()
    this.firesAt = Infinity
    stopTimer(this.timer)
    this.timer = undefined
  }

  arm(now: number): void {
    stopTimer(this.timer)
    this.firesAt = this.due
    this.timer = startTimer(Math.ceil(this.due - now), false, () => this.fire())
  }

  fire(): void {
    this.timer = undefined
    this.firesAt = Infinity
    const { phase } = this
    if (phase === undefined) return
    const now = performance.now()
    // A timer of the runtime may be early by part of a millisecond.
    if (now < this.due - 1) this.arm(now)
    else if (now > this.due + blockedMilliseconds && !this.excused) {
      // This process was busy: what it waited for may be there and was not looked at yet.
      this.excused = true
      this.firesAt = now
      this.timer = startTimer(1, false, () => this.fire())
    } else {
      this.stop()
      this.expired(phase, this.milliseconds)
    }
  }
}

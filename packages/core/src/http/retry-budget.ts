// Retries that are possible in any second whatever the traffic, and the most that quiet times can save up.
const floorPerSecond = 10
const mostSaved = 100

/**
 * Bounds the retries at one origin to a share of its requests, so that a service in trouble is not flooded with them. A floor keeps small
 * applications able to retry at all.
 */
export class RetryBudget {
  saved = 0
  floor: number = floorPerSecond
  refilled: number

  constructor(now: number) {
    this.refilled = now
  }

  /** @param share - retries per request: `retries.budget` */
  countRequest(share: number): void {
    this.saved = Math.min(mostSaved, this.saved + share)
  }

  /** Takes one retry, if there is one. @param now - milliseconds on a steady clock */
  take(now: number): boolean {
    this.floor = Math.min(
      floorPerSecond,
      this.floor + (Math.max(0, now - this.refilled) / 1000) * floorPerSecond,
    )
    this.refilled = now
    if (this.saved >= 1) this.saved -= 1
    else if (this.floor >= 1) this.floor -= 1
    else return false
    return true
  }
}

import type { Bytes, Container, StorageDriver } from '@cloudstore/core'
import type { Recording } from './recording.ts'

/** One thing that every driver must do. */
export interface ConformanceCase {
  readonly group: string
  /** Unique in the suite: what `skip` names. */
  readonly name: string
  /** Milliseconds that it may take. */
  readonly timeout: number
  /** Throws when the driver does not conform, or `NotApplicable`. Run it with `openSession`. */
  run(context: ConformanceContext): Promise<void>
}

/** What a case throws that a driver need not pass, since it promises nothing of the kind. */
export class NotApplicable {
  readonly reason: string
  constructor(reason: string) {
    this.reason = reason
  }
}

/** Ends a case that does not concern this driver. */
export function notApplicable(reason: string): never {
  throw new NotApplicable(reason) // oxlint-disable-line typescript/only-throw-error -- it is no failure
}

/** What a case works with. Everything made through it is removed after the case. */
export interface ConformanceContext {
  readonly driver: StorageDriver
  /** Strings that must not show anywhere. */
  readonly secrets: readonly string[]
  /** Sends a presigned request; `undefined` where the runtime has no `fetch` and none was given. */
  readonly fetch: PlainFetch | undefined
  /** Whether `fetch` sends a path as it stands in the URL, also one with `..` in it. */
  readonly fetchKeepsPaths: boolean
  /** An empty container, which may have served an earlier case. */
  container(): Promise<Container>
  /** A container that no other case has had or will have. */
  ownContainer(options?: { acl?: string }): Promise<Container>
  /** A container that is filled once and only read, by all cases that name it alike. */
  sharedContainer(name: string, fill: (container: Container) => Promise<void>): Promise<Container>
  /** A name that no container has; one that gets it is removed after the case. */
  containerName(): string
  /** An empty directory of the local file system; `undefined` where there is none. */
  directory(): Promise<string | undefined>
  /** A driver over the same backend that writes down what reaches it. */
  recording(): Recording
}

/** As much of `fetch` as sending a presigned request takes. */
export type PlainFetch = (url: string, init: PlainRequest) => Promise<PlainResponse>

export interface PlainRequest {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: Bytes | string
}

export interface PlainResponse {
  readonly status: number
  readonly headers: { get(name: string): string | null }
  arrayBuffer(): Promise<ArrayBuffer>
}

type Run = ConformanceCase['run']

/** A case that moves much data or many objects. */
export interface SlowRun {
  readonly timeout: number
  readonly run: Run
}

export function slow(run: Run, timeout = 120_000): SlowRun {
  return { timeout, run }
}

/** Cases by name. */
export function group(
  name: string,
  runs: Readonly<Record<string, Run | SlowRun>>,
): readonly ConformanceCase[] {
  return Object.entries(runs).map(([caseName, run]) =>
    typeof run === 'function'
      ? { group: name, name: caseName, timeout: 30_000, run }
      : { group: name, name: caseName, timeout: run.timeout, run: run.run },
  )
}

import type { AnyDriverClass, DriverEnvironment } from '@cloudstore/core'

/** What the tests of the registry and of configurations need of a driver: that it holds its options. */
export interface FakeDriver {
  readonly options: Readonly<Record<string, unknown>>
}

/** A driver class that keeps the options it was given, after `check`. */
export function fakeDriverClass(
  environment?: DriverEnvironment,
  check: (options: Readonly<Record<string, unknown>>) => void = () => {},
): AnyDriverClass {
  const driver = class implements FakeDriver {
    static readonly environment = environment
    readonly options: Readonly<Record<string, unknown>>
    constructor(options: Readonly<Record<string, unknown>>) {
      check(options)
      this.options = options
    }
  }
  return driver as unknown as AnyDriverClass
}

export function optionsOf(driver: unknown): Readonly<Record<string, unknown>> {
  return (driver as FakeDriver).options
}

let count = 0

/** A provider that no other test uses: registrations last as long as the process. */
export function freshProvider(): string {
  count += 1
  return `fake_${count}`
}

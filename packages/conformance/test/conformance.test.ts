import { describe, expect, test } from '@jest/globals'
import * as jest from '@jest/globals'
import * as node from 'node:test'
import {
  conformance,
  conformanceCases,
  type ConformanceOptions,
  type ConformanceResult,
  type Runner,
} from '../src/index.ts'

interface Registered {
  readonly suites: string[]
  readonly tests: Map<string, () => Promise<void>>
  readonly skipped: string[]
  readonly ends: (() => Promise<void>)[]
}

/** A runner that writes down what is registered with it. */
function notebook(): Runner & Registered {
  const registered: Registered = { suites: [], tests: new Map(), skipped: [], ends: [] }
  const add = (name: string, run: () => Promise<void>) => registered.tests.set(name, run)
  return {
    ...registered,
    describe: (name, register) => {
      registered.suites.push(name)
      register()
    },
    test: Object.assign(add, { skip: (name: string) => registered.skipped.push(name) }),
    afterAll: (run) => registered.ends.push(run),
  }
}

const open: ConformanceOptions['open'] = () => Promise.reject(new Error('the server is down'))

describe('conformance', () => {
  test('registers every case in its group', () => {
    const runner = notebook()
    conformance({ name: 'mine', open, runner })
    expect(runner.suites[0]).toBe('mine: conformance')
    expect(runner.suites.slice(1)).toEqual([...new Set(conformanceCases.map(({ group }) => group))])
    expect([...runner.tests.keys()]).toEqual(conformanceCases.map(({ name }) => name))
    expect(runner.ends).toHaveLength(1)
  })

  test('opens nothing before a case runs, and fails each when it cannot open', async () => {
    const runner = notebook()
    const results: ConformanceResult[] = []
    conformance({ name: 'mine', open, runner, onResult: (result) => results.push(result) })
    const [name] = runner.tests.keys()
    await expect(runner.tests.get(name!)!()).rejects.toThrow('the server is down')
    await expect(runner.ends[0]!()).resolves.toBeUndefined()
    expect(results).toEqual([
      { group: 'containers', name, outcome: 'failed', reason: 'Error: the server is down' },
    ])
  })

  test('closes without having opened', async () => {
    const runner = notebook()
    conformance({ name: 'mine', open, runner })
    await expect(runner.ends[0]!()).resolves.toBeUndefined()
  })

  test('prints the reason of a skip', () => {
    const runner = notebook()
    const results: ConformanceResult[] = []
    const skip = { 'metadata comes back': 'the server loses it: issue 7' }
    conformance({ name: 'mine', open, runner, skip, onResult: (result) => results.push(result) })
    expect(runner.skipped).toEqual(['metadata comes back [skipped: the server loses it: issue 7]'])
    expect(runner.tests.has('metadata comes back')).toBe(false)
    expect(results).toEqual([
      {
        group: 'metadata',
        name: 'metadata comes back',
        outcome: 'skipped',
        reason: 'the server loses it: issue 7',
      },
    ])
  })

  test('refuses to skip what is no case, or without a reason', () => {
    const skipping = (skip: Record<string, string>) => () =>
      conformance({ name: 'mine', open, runner: notebook(), skip })
    expect(skipping({ 'metadata comes bakc': 'x' })).toThrow(
      '"metadata comes bakc", which is no case',
    )
    expect(skipping({ 'metadata comes back': ' ' })).toThrow('gives no reason')
    expect(skipping({ constructor: 'x' })).toThrow('which is no case')
  })
})

describe('the runner', () => {
  test('is the global one where there is one, as Jest has it', () => {
    const globals = globalThis as { describe?: unknown }
    const original = globals.describe
    const groups: string[] = []
    globals.describe = (name: string) => groups.push(name)
    try {
      conformance({ name: 'mine', open })
    } catch (error) {
      // Jest refuses hooks that are added while a test runs: it was Jest that was asked.
      expect(String(error)).toMatch(/hook|nested/i)
    } finally {
      globals.describe = original
    }
    expect(groups).toEqual(['mine: conformance'])
  })

  test('must be passed where there is no global one', () => {
    const globals = globalThis as { describe?: unknown }
    const original = globals.describe
    globals.describe = undefined
    try {
      expect(() => conformance({ name: 'mine', open })).toThrow(
        "import * as runner from 'node:test'",
      )
    } finally {
      globals.describe = original
    }
  })

  test('must have what the suite needs', () => {
    const { describe: group, test: register } = notebook()
    const runner = { describe: group, test: register }
    expect(() => conformance({ name: 'mine', open, runner })).toThrow('afterAll or after')
  })

  test('can be a module as it is', () => {
    const runners: Runner[] = [jest, node]
    for (const runner of runners) expect(typeof runner.describe).toBe('function')
  })
})

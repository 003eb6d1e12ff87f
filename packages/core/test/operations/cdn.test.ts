import { describe, expect, test } from '@jest/globals'
import type { CdnGroup } from '../../src/contract/backend.ts'
import type { EnableCdnOptions } from '../../src/surface/options.ts'
import { setUp, type Setting } from '../support/recording-backend.ts'

const calls = {
  enableContainerCdn: ({ driver, box }: Setting) => driver.enableContainerCdn(box, { ttl: 60 }),
  enableObjectCdn: ({ driver }: Setting) => driver.enableObjectCdn(driver.object('box', 'key')),
  disableContainerCdn: ({ driver, box }: Setting) => driver.disableContainerCdn(box),
  purgeContainerCdn: ({ driver, box }: Setting) => driver.purgeContainerCdn(box, ['a', 'b/*']),
  getContainerCdnUrl: ({ driver, box }: Setting) => driver.getContainerCdnUrl(box),
  getObjectCdnUrl: ({ driver }: Setting) => driver.getObjectCdnUrl(driver.object('box', 'key')),
}

test('each operation sends one request', async () => {
  const setting = setUp()
  const outcomes = []
  for (const call of Object.values(calls)) outcomes.push(await call(setting))
  expect(outcomes).toEqual([
    true,
    true,
    true,
    true,
    'https://box.cdn.example.test',
    'https://box.cdn.example.test/key',
  ])
  expect(setting.sent.map(({ operation, request }) => ({ operation, ...request }))).toEqual([
    { operation: 'cdn.enableContainer', container: 'box', ttl: 60 },
    { operation: 'cdn.enableObject', container: 'box', key: 'key' },
    { operation: 'cdn.disableContainer', container: 'box' },
    { operation: 'cdn.purgeContainer', container: 'box', paths: ['a', 'b/*'] },
    { operation: 'cdn.containerUrl', container: 'box' },
    { operation: 'cdn.objectUrl', container: 'box', key: 'key' },
  ])
})

test('a provider without a CDN says so, for every operation, with its hint', async () => {
  const setting = setUp({ backend: { cdn: undefined, absent: { cdn: 'Pass option cdn' } } })
  for (const [operation, call] of Object.entries(calls)) {
    await expect(call(setting)).rejects.toMatchObject({
      code: 'UnsupportedOperation',
      operation,
      hint: 'Pass option cdn',
    })
  }
  expect(setting.sent).toEqual([])
})

describe('what is refused, before anything is sent', () => {
  test.each([
    { ttl: 0 },
    { ttl: '60' },
    { ttl: Number.NaN },
    { customDomain: 7 },
    { certificateId: {} },
    { domain: 'x' },
    { signal: {} },
    null,
    'x',
  ])('settings %p', async (options) => {
    const { driver, box, sent } = setUp()
    const enabling = driver.enableContainerCdn(box, options as EnableCdnOptions)
    await expect(enabling).rejects.toMatchObject({
      code: 'InvalidArgument',
      operation: 'enableContainerCdn',
    })
    expect(sent).toEqual([])
  })

  test.each<[unknown]>([[[]], ['*'], [null], [[7]], [undefined]])('paths %p', async (paths) => {
    const { driver, box, sent } = setUp()
    await expect(driver.purgeContainerCdn(box, paths as string[])).rejects.toMatchObject({
      code: 'InvalidArgument',
    })
    expect(sent).toEqual([])
  })
})

test('a provider may be a class: its methods are called on it', async () => {
  class Cdn implements CdnGroup {
    readonly host = 'cdn.example.test'
    readonly #called: string[] = []
    async containerUrl(): Promise<string> {
      return this.host
    }
    async objectUrl(): Promise<string> {
      return this.host
    }
    async enableContainer(): Promise<void> {
      this.#called.push('enableContainer')
    }
    async enableObject(): Promise<void> {
      this.#called.push('enableObject')
    }
    async disableContainer(): Promise<void> {
      this.#called.push('disableContainer')
    }
    async purgeContainer(): Promise<void> {
      this.#called.push('purgeContainer')
    }
  }
  const setting = setUp()
  Object.assign(setting.backend, { cdn: new Cdn() })
  for (const call of Object.values(calls)) {
    expect([true, 'cdn.example.test']).toContain(await call(setting))
  }
})

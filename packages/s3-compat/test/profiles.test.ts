import { describe, expect, test } from '@jest/globals'
import { configFromEnv, openDriver, Provider } from '@cloudstore/core'
import '../src/index.ts'
import { providerFacts } from '../src/profiles/all.ts'
import { sources } from '../src/profiles/sources.ts'

const served = Object.values(Provider).filter(
  (provider) => !['local', 'memory', 'digitalocean_spaces'].includes(provider),
)
const named = providerFacts.map((facts) => [facts.provider, facts] as const)

test('every provider that has no package of its own has its facts, once', () => {
  expect(providerFacts.map(({ provider }) => provider).toSorted()).toEqual(served.toSorted())
})

describe.each(named)('%s', (provider, facts) => {
  test('opens by its name and what its facts ask for', async () => {
    const configuration = configFromEnv({
      CLOUDSTORE_PROVIDER: provider,
      CLOUDSTORE_KEY: 'AKID',
      CLOUDSTORE_SECRET: 'hush-hush',
      ...(facts.endpoint === undefined && { CLOUDSTORE_ENDPOINT: 'https://storage.example.com' }),
      ...(facts.account !== undefined && { CLOUDSTORE_ACCOUNT: 'account-1' }),
      ...(facts.defaultRegion === undefined && {
        CLOUDSTORE_REGION: facts.regions?.[0] ?? 'a-region',
      }),
    })
    const driver = await openDriver(configuration)
    const url = await driver.container('a-container').url('key')
    expect(url).toMatch(/^https:\/\/[a-z0-9.-]+\/[\w/-]*key$/)
    expect(url).toContain('a-container')
    expect(driver.features.conditions.put).toEqual(facts.conditions?.put ?? [])
  })

  test('names where its facts come from, and no less proof than that', () => {
    expect(facts.sources.length).toBeGreaterThan(0)
    for (const source of facts.sources) expect(Object.keys(sources)).toContain(source)
    expect(facts.proof === 'tested here').toBe(facts.sources.includes('own tests'))
    if (facts.proof === 'documented') {
      expect(
        facts.sources.some((source) => source === 'documentation' || source === 'live tests'),
      ).toBe(true)
    }
  })

  test('a condition on a write is claimed only where somebody has seen it enforced', () => {
    const { put = [], complete = [], copy = [] } = facts.conditions ?? {}
    const claims = [...put, ...complete, ...copy].length
    expect(claims === 0 || facts.proof !== 'table only').toBe(true)
  })

  test('its addresses are https, with the known placeholders', () => {
    for (const endpoint of [facts.endpoint, ...Object.values(facts.regionEndpoints ?? {})]) {
      if (endpoint === undefined) continue
      const url = new URL(endpoint.replaceAll(/\{(region|account)\}/g, 'x'))
      expect(url.protocol).toBe('https:')
      expect(url.href).not.toMatch(/[{}]|%7B/)
      if (endpoint.includes('{account}')) expect(facts.account).toBeDefined()
    }
    for (const region of Object.keys(facts.regionEndpoints ?? {})) {
      expect(facts.regions).toContain(region)
    }
  })

  test('notes are sentences without a full stop', () => {
    for (const note of facts.notes ?? []) expect(note).toMatch(/^[A-Z].*[^.\s]$/)
  })
})

import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { DigitalOceanSpacesStorageDriver, SpacesKeys } from '@cloudstore/digitalocean-spaces'
import {
  apiToken,
  digitalOceanApi,
} from '../../packages/digitalocean-spaces/test/support/digitalocean-api.ts'
import { spacesCdn } from '../spaces-cdn.ts'
import { spacesKeys } from '../spaces-keys.ts'
import { rgwOrSkip } from '../../tooling/test-support/rgw.ts'

const rgw = await rgwOrSkip('the CDN example')

afterEach(() => {
  jest.restoreAllMocks()
})

function linesOf(): string[] {
  const lines: string[] = []
  jest.spyOn(console, 'log').mockImplementation((...words: unknown[]) => {
    lines.push(words.join(' '))
  })
  return lines
}

if (rgw !== undefined) {
  describe.each([['2'], ['4']] as const)('signature version %s', (signatureVersion) => {
    test('a container behind the CDN', async () => {
      const lines = linesOf()
      const api = await digitalOceanApi()
      const driver = new DigitalOceanSpacesStorageDriver({
        endpoint: rgw.http,
        ...rgw.other,
        signatureVersion,
        rateLimit: false,
        cdn: { token: apiToken, apiEndpoint: api.url },
      })
      const name = `photos-${Math.random().toString(36).slice(2, 10)}`
      const container = await driver.createContainer(name)
      try {
        await spacesCdn(driver, name)
        const host = `${name}.nyc3.cdn.digitaloceanspaces.com`
        expect(lines).toEqual([
          `https://${host}/cats/1%20%26%202.svg`,
          '600 https://img.example.com',
          `${name}.nyc3.digitaloceanspaces.com ${host}`,
        ])
        expect(api.purged.map(({ files }) => files)).toEqual([['cats/1 & 2.svg', 'css/*']])
        expect(api.endpoints).toEqual([])
        expect(await container.get('cats/1 & 2.svg').text()).toBe('<svg></svg>')
      } finally {
        await container.deleteMany(container.list())
        await driver.deleteContainer(container)
        await driver.close()
        await api.close()
      }
    })
  })
}

test('a key for two containers', async () => {
  const lines = linesOf()
  const api = await digitalOceanApi()
  const keys = new SpacesKeys({ token: apiToken, apiEndpoint: api.url })
  await spacesKeys(keys)
  await keys.close()
  await api.close()
  expect(lines).toEqual([
    expect.stringMatching(/^a secret of \d+ characters$/),
    'thumbnails photos:read thumbnails:readwrite',
  ])
  expect(api.keys).toEqual([])
})

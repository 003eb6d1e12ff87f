import { expect, test } from '@jest/globals'
import { getDriver, registerDriver } from '@cloudstore/core'
import { fakeDriverClass, freshProvider } from '../support/fake-driver.ts'
import { thrownBy } from '../support/thrown-by.ts'

function messageOf(provider: string): string {
  const error = thrownBy(() => getDriver(provider))
  expect(error).toMatchObject({ code: 'ProviderNotRegistered', retryable: false })
  return String(error)
}

test('a known provider that is not imported: what to install and which line to add', () => {
  const message = messageOf('Digitalocean-Spaces')
  expect(message).toContain('npm install @cloudstore/digitalocean-spaces')
  expect(message).toContain(`import '@cloudstore/digitalocean-spaces'`)
  expect(message).toContain('used only for its types is removed')
  expect(messageOf('minio')).toContain('npm install @cloudstore/s3-compat')
})

test('an unknown provider: the known ones, those of other packages too', () => {
  const provider = freshProvider()
  registerDriver(provider, fakeDriverClass(), { origin: 'fake-store' })
  const message = messageOf('digitalocen_spaces')
  expect(message).toContain('unknown provider "digitalocen_spaces"')
  expect(message).toContain(`Did you mean 'digitalocean_spaces'?`)
  expect(message).toContain('cloudflare_r2')
  expect(message).toContain(provider)
})

test.each([[''], [undefined], [null], [7], [{}]])('%j is refused', (provider) => {
  expect(() => getDriver(provider as string)).toThrow(
    expect.objectContaining({
      code: 'InvalidArgument',
      message: expect.stringContaining('provider'),
    }),
  )
})

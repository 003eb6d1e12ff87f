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

test('a name that is nearly right: the right one first, then what to install', () => {
  const message = messageOf('digitalocen_spaces')
  expect(message).toMatch(
    /unknown provider "digitalocen_spaces".*Did you mean 'digitalocean_spaces'\?.*npm install @cloudstore\/digitalocean-spaces/,
  )
  // No other name: nobody looks for his own in a list of thirty.
  expect(message).not.toContain('cloudflare_r2')
})

test('a name that is nearly that of a registered provider: nothing needs to be installed', () => {
  const provider = freshProvider()
  registerDriver(provider, fakeDriverClass(), { origin: 'fake-store' })
  registerDriver('wasabi', fakeDriverClass(), { origin: '@cloudstore/s3-compat' })
  for (const name of [provider, 'wasabi']) {
    const message = messageOf(`${name}x`)
    expect(message).toContain(`Did you mean '${name}'? If not, import the package`)
    expect(message).not.toContain('npm install')
  }
})

test('a name like no other: where names are, those of other packages, and how one gets there', () => {
  const provider = freshProvider()
  registerDriver(provider, fakeDriverClass(), { origin: 'fake-store' })
  const message = messageOf('Ftp-Server-Of-Mine')
  expect(message).toContain('unknown provider "Ftp-Server-Of-Mine"')
  expect(message).toContain('Provider in @cloudstore/core')
  expect(message).toContain(provider)
  expect(message).toContain(`'s3_compat' with its endpoint`)
  expect(message).toContain(`{ import: { ftp_server_of_mine: () => import('the-package') } }`)
  expect(message).not.toContain('cloudflare_r2')
})

test.each([[''], [undefined], [null], [7], [{}]])('%j is refused', (provider) => {
  expect(() => getDriver(provider as string)).toThrow(
    expect.objectContaining({
      code: 'InvalidArgument',
      message: expect.stringContaining('provider'),
    }),
  )
})

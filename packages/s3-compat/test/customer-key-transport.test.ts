import { expect, test } from '@jest/globals'
import { requireProtected } from '../src/customer-key-transport.ts'
import { S3CompatStorageDriver } from '../src/storage-driver.ts'

const header = 'x-amz-server-side-encryption-customer-key'
const at = (url: string) => {
  const { protocol, hostname } = new URL(url)
  const scheme: 'https' | 'http' = protocol === 'https:' ? 'https' : 'http'
  return { scheme, host: hostname.replace(/^\[(.*)\]$/, '$1'), pathPrefix: '' }
}

test.each([
  'http://storage.example.com',
  'http://10.0.0.7',
  'http://127.0.0.1.example.com',
  'http://localhost.example.com',
])('a key of the customer is not sent to %s', (url) => {
  for (const name of [header, 'x-amz-copy-source-server-side-encryption-customer-key']) {
    expect(() => requireProtected({ [name]: 'k' }, at(url))).toThrow('can read it')
  }
  expect(() => requireProtected({ 'content-type': 'text/x' }, at(url))).not.toThrow()
  expect(() => requireProtected(undefined, at(url))).not.toThrow()
})

test.each([
  'https://storage.example.com',
  'http://127.0.0.1',
  'http://localhost',
  'http://do.localhost',
  'http://[::1]',
])('but it is to %s', (url) => {
  expect(() => requireProtected({ [header]: 'k' }, at(url))).not.toThrow()
})

test('nothing is sent, and the error says why', async () => {
  let sent = 0
  const driver = new S3CompatStorageDriver({
    endpoint: 'http://storage.example.com',
    key: 'AKID',
    secret: 'hush-hush',
    transport: {
      send: () => {
        sent += 1
        throw new Error('it was sent')
      },
    },
  })
  const sseCustomerKey = new Uint8Array(32).fill(7)
  const box = driver.container('box')
  for (const call of [
    box.put('k', 'v', { sseCustomerKey }),
    box.get('k', { sseCustomerKey }).bytes(),
    box.head('k', { sseCustomerKey }),
  ]) {
    await expect(call).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('sseCustomerKey'),
      container: 'box',
    })
  }
  expect(sent).toBe(0)
})

import { inspect } from 'node:util'
import { expect, test } from '@jest/globals'
import { S3CompatStorageDriver } from '../src/storage-driver.ts'

const credentials = { key: 'KEY00000000000000001', secret: 'secret-that-nobody-may-see' }

test.each([
  ['https://storage.example', 'https://storage.example'],
  ['http://127.0.0.1:9000/s3/', 'http://127.0.0.1:9000'],
  ['http://[::1]:9000', 'http://[::1]:9000'],
])('a driver for %s shows where its requests go, and no secret', (endpoint, shown) => {
  const driver = new S3CompatStorageDriver({ ...credentials, endpoint, region: 'here' })
  expect(driver.endpoint).toBe(shown)
  const printed = inspect(driver, { depth: 20, showHidden: true })
  expect(printed).toContain(`endpoint: '${shown}'`)
  expect(printed).not.toContain(credentials.secret)
})

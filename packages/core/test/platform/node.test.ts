import { expect, jest, test } from '@jest/globals'
import * as crypto from 'node:crypto'

// Without hashing gigabytes: what Node would do with them.
const updates: number[] = []
jest.unstable_mockModule('node:crypto', () => ({
  ...crypto,
  createHash: (algorithm: string) => {
    const hash = crypto.createHash(algorithm)
    hash.update = (bytes: string | NodeJS.ArrayBufferView) => {
      updates.push((bytes as Uint8Array).byteLength)
      if ((bytes as Uint8Array).byteLength > 2 ** 31 - 1) throw new RangeError('data is too long')
      return hash
    }
    return hash
  },
}))
const { createMd5 } = await import('../../src/platform/node.ts')

test('more than Node hashes at once is hashed in pieces', () => {
  const size = 2 ** 31 + 17
  const md5 = createMd5()
  md5.update(new Uint8Array(size))
  md5.update(new Uint8Array(5))
  md5.update(new Uint8Array(0))
  expect(updates).toEqual([2 ** 30, 2 ** 30, 17, 5])
})

import { describe, expect, test } from '@jest/globals'
import { confusableKeys, hostileKeys } from '../src/index.ts'

const bytes = (key: string) => Buffer.byteLength(key)

describe('hostileKeys', () => {
  test('has at least 60 keys, none of them twice', () => {
    expect(hostileKeys.length).toBeGreaterThanOrEqual(60)
    expect(new Set(hostileKeys.map(({ key }) => key)).size).toBe(hostileKeys.length)
    expect(new Set(hostileKeys.map(({ title }) => title)).size).toBe(hostileKeys.length)
  })

  test('has no key that no provider takes', () => {
    for (const { key } of hostileKeys) {
      expect(bytes(key)).toBeGreaterThan(0)
      expect(bytes(key)).toBeLessThanOrEqual(1024)
      expect(Buffer.from(key).toString()).toBe(key)
    }
  })

  test('says which key it is in a title that can be read', () => {
    for (const { title } of hostileKeys) {
      expect(title).toMatch(/\S/)
      expect(title).not.toMatch(/[\u0000-\u001f\u007f]/)
    }
  })

  test('reaches the longest keys and segments', () => {
    const keys = hostileKeys.map(({ key }) => key)
    expect(keys.filter((key) => bytes(key) === 1024).length).toBeGreaterThanOrEqual(3)
    expect(keys.some((key) => key.split('/').some((segment) => bytes(segment) === 256))).toBe(true)
  })

  test('has two different keys in every pair that is confusable', () => {
    for (const [first, second] of confusableKeys) expect(first).not.toBe(second)
  })
})

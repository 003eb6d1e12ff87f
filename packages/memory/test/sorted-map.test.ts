import { describe, expect, test } from '@jest/globals'
import { compareUtf8 } from '@cloudstore/core'
import * as fc from 'fast-check'
import { SortedMap } from '../src/sorted-map.ts'

const key = fc.string({ unit: fc.constantFrom('a', 'b', '\uffff', '😀'), maxLength: 3 })

const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('set' as const), key }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), key }) },
)

const keysFrom = (map: SortedMap<number>, after?: string, inclusive?: boolean) =>
  [...map.from(after, inclusive)].map(([each]) => each)

describe('SortedMap', () => {
  test('holds what a plain map holds, in order, from any key on', () => {
    fc.assert(
      fc.property(
        fc.array(command, { maxLength: 100 }),
        key,
        fc.boolean(),
        (commands, after, inclusive) => {
          const map = new SortedMap<number>()
          const model = new Map<string, number>()
          for (const [index, { type, key: each }] of commands.entries()) {
            if (type === 'set') {
              map.set(each, index)
              model.set(each, index)
            } else {
              map.delete(each)
              model.delete(each)
            }
          }
          const sorted = [...model].sort(([a], [b]) => compareUtf8(a, b))
          expect([...map.from()]).toEqual(sorted)
          expect(map.size).toBe(model.size)
          expect(map.get(after)).toBe(model.get(after))
          const rest = sorted
            .map(([each]) => each)
            .filter((each) => {
              const order = compareUtf8(each, after)
              return order > 0 || (inclusive && order === 0)
            })
          expect(keysFrom(map, after, inclusive)).toEqual(rest)
        },
      ),
    )
  })

  test('keeps order over many leaves, however keys come and go', () => {
    const map = new SortedMap<number>()
    const keys = Array.from({ length: 20_000 }, (_, index) =>
      ((index * 7919) % 20_000).toString(36).padStart(4, '0'),
    )
    for (const [index, each] of keys.entries()) map.set(each, index)
    const sorted = [...keys].sort()
    expect(keysFrom(map)).toEqual(sorted)
    const deleted = new Set(keys.filter((_, index) => index % 3 !== 0))
    for (const each of deleted) map.delete(each)
    const left = sorted.filter((each) => !deleted.has(each))
    expect(keysFrom(map)).toEqual(left)
    for (let index = 0; index < left.length; index += 97) {
      expect(keysFrom(map, left[index]).slice(0, 2)).toEqual(left.slice(index + 1, index + 3))
      expect(keysFrom(map, left[index], true).slice(0, 2)).toEqual(left.slice(index, index + 2))
    }
    for (const each of left) map.delete(each)
    expect(keysFrom(map)).toEqual([])
  })
})

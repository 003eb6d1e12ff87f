import { expect, test } from '@jest/globals'
import { frozen } from '../../src/driver/frozen.ts'

test('data is frozen through and through, also below what was frozen already', () => {
  const list = ['a']
  const data = { deep: Object.freeze({ list }), number: 1, absent: undefined, nothing: null }
  expect(frozen(data)).toBe(data)
  expect([data, data.deep, list].map((part) => Object.isFrozen(part))).toEqual([true, true, true])
})

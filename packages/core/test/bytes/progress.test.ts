import { expect, test } from '@jest/globals'
import type { Progress } from '../../src/surface/options.ts'
import { reportProgress } from '../../src/bytes/progress.ts'
import { unmarked } from '../../src/errors/caller-failure.ts'
import { thrownBy } from '../support/thrown-by.ts'

test('stretches add up, and a repeated attempt is not counted twice', () => {
  const seen: Progress[] = []
  const progress = reportProgress((step) => seen.push(step), 100)
  const first = progress.track()
  const second = progress.track()
  first.reached(10)
  second.reached(30)
  first.reached(10)
  first.reached(5)
  first.reached(20)
  second.reached(10)
  second.reached(80)
  progress.finished()
  expect(seen.map(({ loaded }) => loaded)).toEqual([10, 40, 50, 100])
  expect(seen.every(({ total }) => total === 100)).toBe(true)
})

test('a total that nobody knows is absent, until the end tells it', () => {
  const seen: Progress[] = []
  const progress = reportProgress((step) => seen.push(step), undefined)
  progress.track().reached(1)
  expect(seen).toEqual([{ loaded: 1 }])
  progress.finished()
  expect(seen).toEqual([{ loaded: 1 }, { loaded: 1, total: 1 }])
})

test.each([[0], [undefined]])(
  'nothing to transfer is reported once, with a total of %s',
  (total) => {
    const seen: Progress[] = []
    const progress = reportProgress((step) => seen.push(step), total)
    progress.track().reached(0)
    expect(seen).toEqual([])
    progress.finished()
    expect(seen).toEqual([{ loaded: 0, total: 0 }])
  },
)

test('without a listener there is nothing to do', () => {
  const progress = reportProgress(undefined, 100)
  expect(progress.track().reached(1)).toBeUndefined()
  expect(progress.finished()).toBeUndefined()
})

test('what the listener throws is the caller’s', () => {
  const own = new Error('own')
  const progress = reportProgress(() => {
    throw own
  }, 1)
  expect(unmarked(thrownBy(() => progress.track().reached(1)))).toBe(own)
})

test('also at the end', () => {
  const own = new Error('own')
  const progress = reportProgress(() => {
    throw own
  }, 0)
  expect(unmarked(thrownBy(() => progress.finished()))).toBe(own)
})

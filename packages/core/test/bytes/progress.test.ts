import { expect, test } from '@jest/globals'
import type { Progress } from '../../src/surface/options.ts'
import { trackProgress } from '../../src/bytes/progress.ts'
import { unmarked } from '../../src/errors/caller-failure.ts'
import { thrownBy } from '../support/thrown-by.ts'

test('stretches add up, and a repeated attempt is not counted twice', () => {
  const seen: Progress[] = []
  const newTrack = trackProgress((step) => seen.push(step), 100)
  const first = newTrack()
  const second = newTrack()
  first.reached(10)
  second.reached(30)
  first.reached(10)
  first.reached(5)
  first.reached(20)
  second.reached(10)
  second.reached(80)
  expect(seen.map(({ loaded }) => loaded)).toEqual([10, 40, 50, 100])
  expect(seen.every(({ total }) => total === 100)).toBe(true)
})

test('a total that nobody knows is absent', () => {
  const seen: Progress[] = []
  trackProgress((step) => seen.push(step), undefined)().reached(1)
  expect(seen).toEqual([{ loaded: 1 }])
})

test('without a listener there is nothing to do', () => {
  expect(trackProgress(undefined, 100)().reached(1)).toBeUndefined()
})

test('what the listener throws is the caller’s', () => {
  const own = new Error('own')
  const track = trackProgress(() => {
    throw own
  }, 1)()
  expect(unmarked(thrownBy(() => track.reached(1)))).toBe(own)
})

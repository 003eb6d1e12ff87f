import { expect, test } from '@jest/globals'
import { nearestName } from '../../src/errors/nearest-name.ts'

const known = ['key', 'secret', 'region', 'signatureVersion', 'partSize', 'host', 'port']

test.each([
  ['regoin', 'region'],
  ['Region', 'region'],
  ['part_size', 'partSize'],
  ['signature-version', 'signatureVersion'],
  ['signatureVerison', 'signatureVersion'],
  ['secrets', 'secret'],
  ['hots', 'host'],
  ['keys', 'key'],
])('%s is probably %s', (name, meant) => {
  expect(nearestName(name, known)).toBe(meant)
})

test.each(['password', 'x', 'bucket', ''])('%j is like none of them', (name) => {
  expect(nearestName(name, known)).toBeUndefined()
})

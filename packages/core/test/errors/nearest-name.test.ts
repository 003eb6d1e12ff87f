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

test.each([
  ['accessKeyId', 'key'],
  ['secretAccessKey', 'secret'],
  ['forcePathStyle', 'addressing'],
  ['abortSignal', 'signal'],
  ['token', 'cdn.token'],
  ['AWS', 's3'],
  ['r2', 'cloudflare_r2'],
  ['gcs', 'google_storage'],
  ['b2', 'backblaze_b2'],
  ['do', 'digitalocean_spaces'],
  ['spaces', 'digitalocean_spaces'],
])('%s is called %s here, if there is such a thing', (name, meant) => {
  expect(nearestName(name, [...known, meant])).toBe(meant)
  expect(nearestName(name, ['nothing-like-it'])).toBeUndefined()
})

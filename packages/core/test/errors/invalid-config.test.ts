import { expect, test } from '@jest/globals'
import { invalidConfig } from '../../src/errors/invalid-config.ts'

test('names every problem, where it is and what is wrong', () => {
  const error = invalidConfig(
    [
      { path: ['key'], message: 'Invalid input: expected string, received number' },
      { path: ['cdn', 'ttl'], message: 'must be 60 to 604800 seconds' },
      { path: [], message: 'Unrecognized keys', keys: ['regoin', 'colour'] },
      { path: ['cdn'], message: 'Unrecognized key', keys: ['tokn'] },
    ],
    ['key', 'region', 'cdn', 'cdn.token', 'cdn.ttl'],
  )
  expect(error.code).toBe('InvalidConfig')
  expect(error.message).toBe(
    '5 invalid options: key: expected string, received number; cdn.ttl: must be 60 to 604800 seconds; ' +
      'regoin: there is no such option, did you mean region?; ' +
      'colour: there is no such option (there are key, region, cdn); ' +
      'cdn.tokn: there is no such option, did you mean cdn.token?',
  )
})

test('what is missing is called so', () => {
  const error = invalidConfig([
    { path: ['root'], message: 'Invalid input: expected string, received undefined' },
  ])
  expect(error.message).toBe('invalid options: root: missing, expected string')
})

test('says what is wrong with the whole when there is no path', () => {
  const error = invalidConfig([
    { path: [], message: 'Invalid input: expected object, received string' },
  ])
  expect(error.message).toBe('invalid options: expected object, received string')
})

test('does not list options that it was not told of', () => {
  const error = invalidConfig([{ path: [], message: '', keys: ['x'] }])
  expect(error.message).toBe('invalid options: x: there is no such option')
})

test('lists the options once', () => {
  const known = ['key', 'region']
  const error = invalidConfig([{ path: [], message: '', keys: ['colour', 'flavour'] }], known)
  expect(error.message).toBe(
    '2 invalid options: colour: there is no such option (there are key, region); flavour: there is no such option',
  )
})

test('finds nested options by their joined name and by the name they have elsewhere', () => {
  const known = ['key', 'cdn', 'cdn.token', 'cdn.customDomain']
  const keys = ['cdnCustomDomain', 'token', 'accessKeyId']
  expect(invalidConfig([{ path: [], message: '', keys }], known).message).toBe(
    '3 invalid options: cdnCustomDomain: there is no such option, did you mean cdn.customDomain?; ' +
      'token: there is no such option, did you mean cdn.token?; ' +
      'accessKeyId: there is no such option, did you mean key?',
  )
})

test('of several forms, tells what is wrong with the one that was meant', () => {
  const whole = { path: [], message: 'Invalid input: expected false, received object' }
  const burst = { path: ['burst'], message: 'Invalid input: expected number, received undefined' }
  const issue = { path: ['rateLimit'], message: 'Invalid input' }
  expect(invalidConfig([{ ...issue, errors: [[whole], [burst]] }]).message).toBe(
    'invalid options: rateLimit.burst: missing, expected number',
  )
  expect(invalidConfig([{ ...issue, errors: [[whole], [whole]] }]).message).toBe(
    'invalid options: rateLimit: Invalid input',
  )
})

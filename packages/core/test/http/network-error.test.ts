import { expect, test } from '@jest/globals'
import { networkError } from '../../src/http/network-error.ts'

function failure(code: string): Error {
  return Object.assign(new Error(code), { code })
}

test('a refused connection asks for the server and the endpoint', () => {
  expect(networkError(failure('ECONNREFUSED'), 'http://127.0.0.1:9')).toMatchObject({
    hint: 'Is the server up, and is the endpoint right?',
  })
})

test('a reset over plain http may be a port for https', () => {
  const reset = failure('ECONNRESET')
  expect(networkError(reset, 'http://127.0.0.1:9').hint).toContain('a port for https?')
  expect(networkError(reset, 'https://127.0.0.1:9').hint).toBeUndefined()
})

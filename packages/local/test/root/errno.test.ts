import { readFile } from 'node:fs/promises'
import { StorageError } from '@cloudstore/core'
import { expect, test } from '@jest/globals'
import { errnoOf, isMissing, translated, unlessMissing } from '../../src/root/errno.ts'

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: something`), { code, syscall: 'open', path: '/data/x' })
}

test.each([
  ['EACCES', 'AccessDenied', 'permit'],
  ['EPERM', 'AccessDenied', 'permit'],
  ['EROFS', 'AccessDenied', 'read-only'],
  ['ENOSPC', 'QuotaExceeded', 'no space'],
  ['EDQUOT', 'QuotaExceeded', 'no space'],
  ['EFBIG', 'TooLarge', 'size'],
  ['EMFILE', 'ServiceUnavailable', 'too many files'],
  ['ENAMETOOLONG', 'InvalidObjectName', 'too long'],
  ['EIO', 'LocalFile', 'failure'],
])('%s is %s', (errno, code, words) => {
  const cause = systemError(errno)
  const error = translated(cause)
  expect(error).toMatchObject({ code, serverCode: errno, cause })
  expect(String(error)).toContain(words)
  expect(String(error)).toContain('/data/x')
})

test('what is no failure of the file system stays as it is', () => {
  const own = new StorageError('Conflict', 'x')
  const theirs = Object.assign(new Error('x'), { code: 'EACCES' })
  for (const error of [own, theirs, new TypeError('x'), 'text', undefined, null]) {
    expect(translated(error)).toBe(error)
  }
})

test('missing files are told from other failures', async () => {
  expect(await unlessMissing(readFile('/no/such/file'))).toBeUndefined()
  expect(await unlessMissing(readFile(`${import.meta.filename}/below`))).toBeUndefined()
  await expect(unlessMissing(readFile('/'))).rejects.toThrow('EISDIR')
  expect(isMissing(systemError('EACCES'))).toBe(false)
  expect(errnoOf(systemError('ELOOP'))).toBe('ELOOP')
})

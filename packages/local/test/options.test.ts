import { expect, test } from '@jest/globals'
import { LocalStorageDriver, type LocalDriverOptions } from '../src/index.ts'
import { parseOptions } from '../src/options.ts'

const urls = { baseUrl: 'http://localhost:3000', secret: 'x'.repeat(16) }

test('only the root is needed', () => {
  const { clock, ...settings } = parseOptions({ root: 'somewhere' })
  expect(settings).toEqual({
    root: 'somewhere',
    createRoot: true,
    names: 'strict',
    fsync: false,
    urls: undefined,
    transfer: {},
  })
  expect(Math.abs(clock() - Date.now())).toBeLessThan(1000)
})

const wrong: readonly (readonly [string, unknown, string])[] = [
  ['nothing', undefined, 'expected object'],
  ['no root', {}, 'root'],
  ['an empty root', { root: '' }, 'root'],
  ['a root with NUL', { root: 'a\0b' }, 'root: a path has no NUL'],
  ['a number as root', { root: 1 }, 'root'],
  ['an unknown option', { root: 'x', roots: 'y' }, 'did you mean root'],
  [
    'an unknown option of urls',
    { root: 'x', urls: { ...urls, secrets: 'y' } },
    'did you mean urls.secret',
  ],
  ['other names', { root: 'x', names: 'loose' }, 'names'],
  [
    'a short secret',
    { root: 'x', urls: { ...urls, secret: 'x'.repeat(15) } },
    'urls.secret: expected at least 16',
  ],
  ['no base URL', { root: 'x', urls: { secret: urls.secret } }, 'urls.baseUrl'],
  ['small parts', { root: 'x', partSize: 1024 }, 'partSize'],
  ['a clock that is none', { root: 'x', clock: 5 }, 'clock: expected a function'],
]

test.each(wrong)('%s is InvalidConfig', (_, options, words) => {
  expect(() => new LocalStorageDriver(options as LocalDriverOptions)).toThrow(
    expect.objectContaining({ code: 'InvalidConfig', message: expect.stringContaining(words) }),
  )
})

test.each([
  'ftp://x',
  'localhost:3000',
  '/files',
  'http://u:p@x',
  'http://x?y=z',
  'http://x/#y',
  'http://x?',
  '',
])('the base URL %s is refused', (baseUrl) => {
  const make = () => new LocalStorageDriver({ root: 'x', urls: { ...urls, baseUrl } })
  expect(make).toThrow(
    expect.objectContaining({ message: expect.stringContaining('urls.baseUrl') }),
  )
})

test('everything that is wrong stands in one error, without values', () => {
  const options = { root: 5, names: 'x', urls: { baseUrl: 'nonsense', secret: 'hush' }, other: 1 }
  let message = ''
  try {
    parseOptions(options)
  } catch (error) {
    message = String(error)
  }
  for (const name of ['root', 'names', 'urls.baseUrl', 'urls.secret', 'other']) {
    expect(message).toContain(name)
  }
  expect(message).not.toMatch(/hush|nonsense/)
})

import {
  conformance,
  conformanceCases,
  openSession,
  type ConformanceResult,
} from '@cloudstore/conformance'
import * as runner from '@jest/globals'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFileHandler, LocalStorageDriver } from '../src/index.ts'

const { afterAll, describe, expect, test } = runner

const secret = 'a-secret-of-at-least-32-characters-for-urls'
const results: ConformanceResult[] = []

async function withRoot<D extends LocalStorageDriver>(make: (root: string) => D) {
  const root = await mkdtemp(join(tmpdir(), 'cloudstore-local-'))
  const driver = make(root)
  const dispose = async () => {
    await driver.close()
    await rm(root, { recursive: true, force: true })
  }
  return { driver, dispose }
}

conformance({
  name: 'local',
  open: async () => {
    const urls = { baseUrl: 'http://files.test/at/here', secret }
    const opened = await withRoot((root) => new LocalStorageDriver({ root, urls }))
    const serve = createFileHandler(opened.driver)
    return { ...opened, secrets: [secret], fetch: (url, init) => serve(new Request(url, init)) }
  },
  runner,
  onResult: (result) => results.push(result),
})

// A case that begins to excuse itself elsewhere would go unnoticed otherwise.
test('what does not concern local is known', () => {
  const known = new Set([
    'copies are refused where there are none',
    'ACL calls are refused where there are none',
    'an ACL is refused where objects have none',
    'metadata is refused where there is none',
    'presigning is refused where there is none',
    'plain addresses are refused where objects have none',
    'parts are refused where there is no multipart upload',
  ])
  const excused = results.filter(({ outcome }) => outcome === 'not applicable')
  expect(excused.filter(({ name }) => !known.has(name))).toEqual([])
})

describe('local without URLs: conformance', () => {
  const session = openSession(() => withRoot((root) => new LocalStorageDriver({ root })))
  const groups = new Set(['presigned requests', 'capabilities'])
  const cases = conformanceCases.filter(({ group }) => groups.has(group))
  test.each(cases)('$name', async (testCase) => {
    await session.run(testCase)
  })
  afterAll(() => session.close())
})

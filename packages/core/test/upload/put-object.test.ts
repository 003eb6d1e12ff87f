import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setUp } from '../support/recording-backend.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cloudstore-put-object-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('key and path in the wrong order', async () => {
  const { box, sent } = setUp()
  const file = join(directory, 'small.csv')
  await writeFile(file, 'a')
  await expect(box.putFile(file, 'd/x.csv')).rejects.toMatchObject({
    code: 'LocalFile',
    hint: expect.stringContaining('The order is putFile(key, path)'),
  })
  expect(sent).toEqual([])
})

test('a file that is missing is just that when the key names none', async () => {
  const { box } = setUp()
  await expect(box.putFile('key', join(directory, 'missing'))).rejects.toMatchObject({
    code: 'LocalFile',
    hint: 'Check the path',
  })
})

import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { emptyFolder, openDriver } from '../support/root.ts'

test('the format file is made with the first container', async () => {
  const root = await emptyFolder()
  const driver = openDriver({ root })
  await driver.listContainers()
  expect(await readdir(root)).toEqual([])
  await driver.createContainer('things')
  const format: unknown = JSON.parse(await readFile(join(root, '.cloudstore/format.json'), 'utf8'))
  expect(format).toMatchObject({ format: 'cloudstore-local', version: 1 })
  expect(await readdir(join(root, '.cloudstore'))).toEqual([
    'containers',
    'facts',
    'format.json',
    'locks',
    'owners',
    'tmp',
    'uploads',
  ])
})

test.each([
  ['{"format":"cloudstore-local","version":2,"names":"exact"}', 'Upgrade @cloudstore/local'],
  ['{"format":"cloudstore-local","version":1,"names":"other"}', 'no format file'],
  ['{"format":"something-else","version":1}', 'no format file'],
  ['{', 'no format file'],
  ['[]', 'no format file'],
])('a root folder with the format %s is refused', async (text, words) => {
  const root = await emptyFolder()
  await mkdir(join(root, '.cloudstore'))
  await writeFile(join(root, '.cloudstore/format.json'), text)
  await mkdir(join(root, 'things'))
  const driver = openDriver({ root })
  for (const call of [
    () => driver.listContainers(),
    () => driver.createContainer('other'),
    () => driver.container('things').put('key', 'x'),
    () => driver.container('things').get('key').text(),
  ]) {
    await expect(call()).rejects.toMatchObject({
      code: 'InvalidConfig',
      message: expect.stringContaining(words),
    })
  }
})

test('a root folder keeps the style of names that it was begun with', async () => {
  const root = await emptyFolder()
  await mkdir(join(root, '.cloudstore'))
  await writeFile(
    join(root, '.cloudstore/format.json'),
    '{"format":"cloudstore-local","version":1,"names":"portable"}',
  )
  const driver = openDriver({ root })
  const container = await driver.createContainer('things')
  for (const key of ['README.md', 'readme.md', 'é', 'e\u0301', 'É']) await container.put(key, key)
  const names = await readdir(join(root, 'things'))
  expect(new Set(names.map((name) => name.toLowerCase().normalize('NFD'))).size).toBe(5)
  expect(names).toContain('^r^e^a^d^m^e.md')
  await writeFile(join(root, 'things/Theirs.txt'), 'theirs')
  const keys = ['README.md', 'Theirs.txt', 'e\u0301', 'readme.md', 'É', 'é']
  const listed = (await driver.listContainerObjects(container)).map(({ key }) => key)
  expect(listed.sort()).toEqual(keys.sort())
  for (const key of keys.filter((each) => each !== 'Theirs.txt')) {
    expect(await container.get(key).text()).toBe(key)
  }
  expect(await container.get('Theirs.txt').text()).toBe('theirs')
  expect(await container.exists('theirs.txt')).toBe(false)
  expect(await container.exists('THEIRS.TXT')).toBe(false)
})

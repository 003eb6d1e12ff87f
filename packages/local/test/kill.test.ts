import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { killLoop } from './support/kill-loop.ts'
import { emptyFolder, leftovers, openDriver } from './support/root.ts'

test('kill -9 at any moment leaves the old or the new object, and nothing behind', async () => {
  const root = await emptyFolder()
  const { torn, writes } = await killLoop(root, Number(process.env['CLOUDSTORE_KILLS'] ?? 20))
  expect(torn).toEqual([])
  expect(writes).toBeGreaterThan(20)
  // The next process that writes collects what the killed ones have left.
  const driver = openDriver({ root })
  await driver.container('killed').put('after', 'x')
  expect(await leftovers(root)).toEqual([])
  const owners = join(root, '.cloudstore/owners')
  // One that was killed while it wrote its file has an empty one, which goes later.
  const texts = await Promise.all(
    (await readdir(owners)).map((name) => readFile(join(owners, name), 'utf8')),
  )
  expect(texts.filter((text) => text !== '')).toHaveLength(1)
}, 300_000)

test('files of living processes are not collected', async () => {
  const root = await emptyFolder()
  const first = openDriver({ root })
  const container = await first.createContainer('things')
  let goOn = (): void => undefined
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  async function* slowly() {
    yield 'one '
    await held
    yield 'two'
  }
  const written = container.put('slow', slowly())
  await new Promise((resolve) => {
    setTimeout(resolve, 50)
  })
  await openDriver({ root }).container('things').put('other', 'x')
  goOn()
  await written
  expect(await container.get('slow').text()).toBe('one two')
})

test('files without an owner are collected when they are old', async () => {
  const root = await emptyFolder()
  const temporary = join(root, '.cloudstore/tmp')
  await mkdir(temporary, { recursive: true })
  await writeFile(join(temporary, '0123456789abcdef.1'), 'recent')
  const driver = openDriver({ root })
  await driver.createContainer('things')
  expect(await readdir(temporary)).toEqual(['0123456789abcdef.1'])
})

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Container } from '@cloudstore/core'
import { MemoryStorageDriver } from '@cloudstore/memory'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { keys } from '../support/keys.ts'
import { emptyFolder, keysOf, openDriver } from '../support/root.ts'

/** All of a listing with its prefixes, page by page. */
async function everything(container: Container, options: object): Promise<object> {
  const objects: string[] = []
  const prefixes: string[] = []
  let cursor: string | undefined
  do {
    const page = await container.listPage({ ...options, cursor })
    objects.push(...page.objects.map(({ key }) => key))
    prefixes.push(...page.prefixes)
    cursor = page.cursor
  } while (cursor !== undefined)
  return { objects, prefixes }
}

test('lists any keys as memory does', async () => {
  const driver = openDriver({ root: await emptyFolder() })
  const memory = new MemoryStorageDriver()
  let count = 0
  const part = fc.oneof(keys, fc.constantFrom('/', 'a', 'a/', '.', '%', 'x'))
  await fc.assert(
    fc.asyncProperty(
      fc.array(keys, { maxLength: 12 }),
      fc.record(
        {
          prefix: part,
          startAfter: part,
          delimiter: fc.constantFrom('/', 'a', '//', '%'),
          pageSize: fc.integer({ min: 1, max: 5 }),
        },
        { requiredKeys: [] },
      ),
      fc.array(fc.nat(), { maxLength: 4 }),
      async (all, options, deleted) => {
        count += 1
        const name = `things-${count}`
        const pair = [await driver.createContainer(name), await memory.createContainer(name)]
        const found: object[] = []
        for (const container of pair) {
          for (const key of all) await container.put(key, key)
          for (const index of deleted) {
            const key = all[index % (all.length || 1)]
            if (key !== undefined) await container.delete(key)
          }
          // Beginnings of the keys themselves are better cases than random ones.
          const within = { ...options }
          if (within.prefix === 'x') within.prefix = [...(all[0] ?? 'x')].slice(0, 3).join('')
          if (within.startAfter === 'x') within.startAfter = all[1] ?? 'x'
          found.push(await everything(container, within))
        }
        expect(found[0]).toEqual(found[1])
        await expect(driver.listContainerObjects(pair[0]!)).resolves.toHaveLength(
          (await memory.listContainerObjects(pair[1]!)).length,
        )
      },
    ),
    { numRuns: 60 },
  )
}, 120_000)

async function written(names: readonly string[]) {
  const root = await emptyFolder()
  for (const name of names) {
    const path = join(root, 'things', name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, name)
  }
  return { root, container: openDriver({ root }).container('things') }
}

describe('the order is that of the keys', () => {
  test('not that of the folders', async () => {
    const names = [
      'a-b',
      'a.b',
      'a/b',
      'a/b-c',
      'a/b/c',
      'a0',
      'a',
      'A',
      'é',
      'z',
      '👍',
      '\uFFFD',
      '￼',
    ]
    const { container } = await written(names.filter((name) => name !== 'a' && name !== 'a/b'))
    for (const name of names) await container.put(name, name)
    const expected = [...names].sort((one, two) =>
      Buffer.compare(Buffer.from(one), Buffer.from(two)),
    )
    expect(await keysOf(container.list())).toEqual(expected)
    for (const name of names) {
      const rest = expected.slice(expected.indexOf(name) + 1)
      expect(await keysOf(container.list({ startAfter: name }))).toEqual(rest)
    }
  })
})

describe('pages', () => {
  const names = Array.from(
    { length: 50 },
    (_, index) => `${index % 5}/${String(index).padStart(3, '0')}`,
  )

  test('go on rightly when keys come and go between them, also in a folder that was remembered', async () => {
    const { container, root } = await written(names)
    // So that the folders count as settled.
    await new Promise((resolve) => {
      setTimeout(resolve, 200)
    })
    const first = await container.listPage({ pageSize: 12 })
    expect(first.objects.at(-1)?.key).toBe('1/006')
    await rm(join(root, 'things/1/011'))
    await writeFile(join(root, 'things/1/012'), 'new')
    await container.put('1/013', 'new')
    await container.put('0/999', 'before the cursor')
    const second = await container.listPage({ pageSize: 4, cursor: first.cursor })
    expect(second.objects.map(({ key }) => key)).toEqual(['1/012', '1/013', '1/016', '1/021'])
    await writeFile(join(root, 'things/1/022'), 'new')
    const third = await container.listPage({ pageSize: 2, cursor: second.cursor })
    expect(third.objects.map(({ key }) => key)).toEqual(['1/022', '1/026'])
  })

  test('of an object that vanishes while it is listed do without it', async () => {
    const { container } = await written(names)
    const removing = Promise.all(
      names.filter((_, index) => index % 2 === 0).map((key) => container.delete(key)),
    )
    const seen = await keysOf(container.list())
    await removing
    const staying = names.filter((_, index) => index % 2 === 1).sort()
    expect(seen.filter((key) => staying.includes(key))).toEqual(staying)
  })
})

test('only the folders that a page needs are read', async () => {
  const { container, root } = await written(['a/1', 'b/2', 'c/3'])
  // A folder that can't be read fails the listing that needs it, and no other.
  await rm(join(root, 'things/c'), { recursive: true })
  await writeFile(join(root, 'things/c'), '')
  expect(await keysOf(container.list({ limit: 2 }))).toEqual(['a/1', 'b/2'])
  expect(await keysOf(container.list({ prefix: 'b/' }))).toEqual(['b/2'])
})

test('folders without objects are nothing', async () => {
  const { container, root } = await written(['a/1'])
  await mkdir(join(root, 'things/empty/deep'), { recursive: true })
  expect(await keysOf(container.list())).toEqual(['a/1'])
  const { prefixes } = await container.listPage({ delimiter: '/' })
  expect(prefixes).toEqual(['a/'])
})

test('a listing ends with its signal', async () => {
  const { container } = await written(Array.from({ length: 20 }, (_, index) => `${index}`))
  const controller = new AbortController()
  const reason = new Error('enough')
  const list = async (): Promise<void> => {
    for await (const _ of container.list({ pageSize: 5, signal: controller.signal })) {
      controller.abort(reason)
    }
  }
  await expect(list()).rejects.toBe(reason)
})

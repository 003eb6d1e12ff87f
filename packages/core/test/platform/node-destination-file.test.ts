import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import * as files from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bytesReader } from '../../src/bytes/chunks.ts'
import type { DestinationFile } from '../../src/platform/platform.ts'

// No test can have a file system without hard links and without modes: these operations fail as they do on one.
const refused = (code: string) => async (): Promise<never> => {
  throw Object.assign(new Error(`${code}: not on this file system`), { code })
}
/** What others do right before a file is opened. */
const meanwhile: (() => Promise<void>)[] = []
jest.unstable_mockModule('node:fs/promises', () => ({
  ...files,
  link: refused('EPERM'),
  open: async (...given: Parameters<typeof files.open>) => {
    await meanwhile.shift()?.()
    const handle = await files.open(...given)
    handle.chmod = refused('EPERM')
    const writev = handle.writev.bind(handle)
    // Node counts in 31 bits and gives a negative number above; here that begins earlier.
    handle.writev = async (buffers, position) => {
      const { bytesWritten } = await writev(buffers, position)
      return { buffers, bytesWritten: bytesWritten > 100 * MiB ? -bytesWritten : bytesWritten }
    }
    return handle
  },
}))
const { openDestination } = await import('../../src/platform/node-destination-file.ts')

const MiB = 1024 * 1024
let root: string
beforeEach(async () => {
  root = await files.mkdtemp(join(tmpdir(), 'cloudstore-destination-'))
})
afterEach(async () => {
  await files.rm(root, { recursive: true })
})

async function filled(overwriteExisting = false): Promise<DestinationFile> {
  const path = join(root, 'file')
  const file = await openDestination({ path, key: 'key', overwriteExisting })
  await file.fill(bytesReader(new TextEncoder().encode('new')))
  return file
}

test('without hard links and modes a file is published all the same', async () => {
  const file = await filled()
  await file.publish()
  expect(await files.readdir(root)).toEqual(['file'])
  expect(await files.readFile(file.path, 'utf8')).toBe('new')
})

test('and what appeared meanwhile stays', async () => {
  const file = await filled()
  await files.writeFile(file.path, 'mine')
  await expect(file.publish()).rejects.toMatchObject({ code: 'DestinationExists' })
  expect(await file.discard(false)).toBeUndefined()
  expect(await files.readdir(root)).toEqual(['file'])
  expect(await files.readFile(file.path, 'utf8')).toBe('mine')
})

test('unless it may be replaced', async () => {
  const file = await filled(true)
  await files.writeFile(file.path, 'mine')
  await file.publish()
  expect(await files.readFile(file.path, 'utf8')).toBe('new')
})

test('a chunk of any size is written once', async () => {
  const chunk = new Uint8Array(150 * MiB).fill(1)
  const path = join(root, 'file')
  const file = await openDestination({ path, key: 'key', overwriteExisting: false })
  await file.fill(bytesReader(chunk))
  await file.publish()
  expect(Buffer.compare(await files.readFile(path), chunk)).toBe(0)
})

test('folders that vanish again, since another download has failed, are made anew', async () => {
  const key = 'a/b/file'
  meanwhile.push(() => files.rm(join(root, 'a'), { recursive: true }))
  const file = await openDestination({ path: root, key, overwriteExisting: false })
  await file.fill(bytesReader(new TextEncoder().encode('new')))
  await file.publish()
  expect(await files.readFile(join(root, key), 'utf8')).toBe('new')
})

test('a path that is given whole is tried once', async () => {
  let times = 0
  const path = join(root, 'gone', 'file')
  meanwhile.push(...Array.from({ length: 5 }, () => async () => void (times += 1)))
  const opening = openDestination({ path, key: 'key', overwriteExisting: false })
  await expect(opening).rejects.toMatchObject({ code: 'LocalFile', serverCode: 'ENOENT' })
  expect(times).toBe(1)
  meanwhile.length = 0
})

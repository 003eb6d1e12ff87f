import { expect, jest, test } from '@jest/globals'
import * as files from 'node:fs/promises'

// Few file systems can clone, so here every one seems to; and what is forced to the disk is written down.
const synced: string[] = []
jest.unstable_mockModule('node:fs/promises', () => ({
  ...files,
  copyFile: (from: string, to: string) => files.copyFile(from, to),
  open: async (path: string, ...rest: [string?]) => {
    const handle = await files.open(path, ...rest)
    const sync = handle.sync.bind(handle)
    handle.sync = async () => {
      synced.push(path)
      await sync()
    }
    return handle
  },
}))
const { emptyFolder, leftovers, openDriver } = await import('../support/root.ts')

test.each([
  [false, 0],
  [true, 1],
])('with fsync %s a cloned copy is forced to the disk %i times', async (fsync, times) => {
  const root = await emptyFolder()
  const container = await openDriver({ root, fsync }).createContainer('things')
  await container.put('key', 'bytes')
  synced.length = 0
  await container.copy('key', 'copy')
  expect(synced.filter((path) => path.includes('.cloudstore/tmp/'))).toHaveLength(times)
  expect(await container.get('copy').text()).toBe('bytes')
  expect(await leftovers(root)).toEqual([])
})

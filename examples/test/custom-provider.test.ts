import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// #region conformance
import { conformance } from '@cloudstore/conformance'
import * as runner from '@jest/globals'
import { ShelfStorageDriver } from '../shelf/index.ts'

conformance({
  name: 'shelf',
  runner,
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'shelf-'))
    const driver = new ShelfStorageDriver({ file: join(folder, 'test.shelf') })
    const dispose = async (): Promise<void> => {
      await driver.close()
      await rm(folder, { recursive: true })
    }
    return { driver, dispose }
  },
})
// #endregion

runner.test('what is wrong with the options is said at once', () => {
  const wrong = { file: '', maxBytes: 0.5, maxbytes: 1 }
  runner
    .expect(() => new ShelfStorageDriver(wrong))
    .toThrow(/maxbytes: .*did you mean maxBytes.*file: expected.*maxBytes: expected/)
})

runner.test(
  'a larger object than option maxBytes allows is refused before it is read',
  async () => {
    const driver = new ShelfStorageDriver({ file: '/nowhere', maxBytes: 4 })
    const put = driver.container('notes').put('a', 'hello')
    await runner.expect(put).rejects.toMatchObject({ code: 'TooLarge' })
  },
)

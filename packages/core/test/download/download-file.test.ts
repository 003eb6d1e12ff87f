import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { execFileSync } from 'node:child_process'
import {
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ObjectInfo } from '../../src/contract/backend.ts'
import type { BodyReader } from '../../src/contract/body.ts'
import { readerOf } from '../../src/bytes/chunks.ts'
import { StorageError } from '../../src/errors/errors.ts'
import type { DownloadOptions } from '../../src/surface/options.ts'
import { failure, silence } from '../support/readers.ts'
import { setUp, type Setting } from '../support/recording-backend.ts'
import { md5Of, sample } from '../support/stored-objects.ts'

const MiB = 1024 * 1024
const whole = sample(3 * MiB + 17)

let root: string
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'cloudstore-download-')))
})
afterEach(async () => {
  await rm(root, { recursive: true })
})

/** How many files this process has open. */
const openFiles = async (): Promise<number> => (await readdir('/dev/fd')).length

const at = (...names: string[]): string => join(root, ...names)

function reading(
  body: () => BodyReader = () => readerOf([whole]),
  size = whole.byteLength,
): Setting {
  const info: ObjectInfo = {
    key: 'key',
    size,
    ...(size === whole.byteLength && { md5: md5Of(whole) }),
  }
  return setUp({ backend: { getObject: async () => ({ info, body: body() }) } })
}

async function download(
  setting: Setting,
  path: string,
  { key = 'key', ...options }: DownloadOptions & { key?: string } = {},
): Promise<boolean> {
  return setting.driver.downloadObject(setting.driver.object('box', key), path, options)
}

describe('a whole download', () => {
  test.each([
    ['one huge chunk', [whole]],
    [
      'thousands of small chunks',
      Array.from({ length: Math.ceil(whole.byteLength / 700) }, (_, i) =>
        whole.subarray(i * 700, i * 700 + 700),
      ),
    ],
  ])('is there byte for byte, and nothing beside it: %s', async (_name, chunks) => {
    expect(
      await download(
        reading(() => readerOf(chunks)),
        at('file'),
      ),
    ).toBe(true)
    expect(Buffer.compare(await readFile(at('file')), whole)).toBe(0)
    expect(await readdir(root)).toEqual(['file'])
  })

  test('an empty object is an empty file', async () => {
    const setting = setUp()
    await setting.box.put('key', '')
    await download(setting, at('file'))
    expect((await stat(at('file'))).size).toBe(0)
  })

  test('has the mode of any new file, not of the temporary one', async () => {
    const before = process.umask(0o027)
    try {
      await download(reading(), at('file'))
    } finally {
      process.umask(before)
    }
    expect((await stat(at('file'))).mode & 0o777).toBe(0o640)
  })

  test('is private and hidden while it is written', async () => {
    let go: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 2 * MiB)
      await gate
      yield whole.subarray(2 * MiB)
    }
    const downloading = download(
      reading(() => readerOf(body())),
      at('file'),
    )
    let [name] = await readdir(root)
    while (name === undefined) {
      await sleep(5)
      ;[name] = await readdir(root)
    }
    expect(name).toMatch(/^\.file\.[0-9a-f]+\.part$/)
    expect((await stat(at(name))).mode & 0o777).toBe(0o600)
    go()
    await downloading
    expect(await readdir(root)).toEqual(['file'])
  })

  test('a range', async () => {
    const setting = setUp()
    await setting.box.put('key', '0123456789')
    const object = setting.driver.object('box', 'key')
    await setting.driver.downloadObjectRange(object, at('file'), 2, 5)
    await setting.driver.downloadObjectRange(object, at('rest'), 7)
    expect(await readFile(at('file'), 'utf8')).toBe('234')
    expect(await readFile(at('rest'), 'utf8')).toBe('789')
  })

  test('under the longest name that a file can have', async () => {
    const name = 'ü'.repeat(127)
    await download(reading(), at(name))
    expect(await readdir(root)).toEqual([name])
  })
})

describe('where it goes', () => {
  test('into a directory that is there, below it under the key', async () => {
    await download(reading(), root, { key: 'a/b/c.txt' })
    await download(reading(), `${root}/`, { key: 'a/b/d.txt' })
    expect((await readdir(at('a', 'b'))).toSorted()).toEqual(['c.txt', 'd.txt'])
  })

  test('through a link to a directory', async () => {
    await mkdir(at('real'))
    await symlink(at('real'), at('link'))
    await download(reading(), at('link'), { key: 'x/y' })
    expect(await readdir(at('real', 'x'))).toEqual(['y'])
  })

  test.each(['../out', '..', '/etc/out', 'a/../../out', 'a//b', './x', 'a/', 'nul\0'])(
    'a key never leaves the directory: %p',
    async (key) => {
      await mkdir(at('directory'))
      const setting = reading()
      await expect(download(setting, at('directory'), { key })).rejects.toMatchObject({
        code: 'InvalidArgument',
        key,
      })
      expect(setting.sent).toEqual([])
      expect(await readdir(root)).toEqual(['directory'])
      expect(await readdir(at('directory'))).toEqual([])
    },
  )

  test('a whole path takes any key', async () => {
    await download(reading(), at('file'), { key: '../../etc/passwd' })
    expect(await readdir(root)).toEqual(['file'])
  })

  test('links inside the directory that lead out are not followed', async () => {
    await mkdir(at('directory', 'sub'), { recursive: true })
    await mkdir(at('outside'))
    await symlink(at('outside'), at('directory', 'away'))
    await symlink('../../outside', at('directory', 'sub', 'relative'))
    await symlink(at('directory-not'), at('directory', 'dangling'))
    await mkdir(at('directory-two'))
    await symlink(at('directory-two'), at('directory', 'sibling'))
    for (const [key, code] of [
      ['away/x', 'InvalidArgument'],
      ['away/deep/x', 'InvalidArgument'],
      ['sub/relative/x', 'InvalidArgument'],
      ['sibling/x', 'InvalidArgument'],
      ['dangling/x', 'LocalFile'],
    ] as const) {
      const setting = reading()
      await expect(download(setting, at('directory'), { key })).rejects.toMatchObject({ code })
      expect(setting.sent).toEqual([])
    }
    expect(await readdir(at('outside'))).toEqual([])
    expect(await readdir(at('directory-two'))).toEqual([])
  })

  test('a link that stays inside is followed', async () => {
    await mkdir(at('directory', 'real'), { recursive: true })
    await symlink('real', at('directory', 'alias'))
    await download(reading(), at('directory'), { key: 'alias/x' })
    expect(await readdir(at('directory', 'real'))).toEqual(['x'])
  })

  test.each<[string, () => string, string]>([
    ['a directory that does not exist', () => at('missing', 'file'), 'LocalFile'],
    ['one that ends in a separator and does not exist', () => `${at('missing')}/`, 'LocalFile'],
    ['a file as a directory', () => at('taken', 'file'), 'LocalFile'],
    ['a file with a separator behind it', () => `${at('taken')}/`, 'LocalFile'],
    ['an empty path', () => '', 'InvalidArgument'],
    ['a path with NUL', () => 'a\0b', 'InvalidArgument'],
    ['no path', () => undefined as never, 'InvalidArgument'],
    ['a name that is too long', () => at('x'.repeat(300)), 'LocalFile'],
  ])('%s: refused before anything is transferred', async (_name, path, code) => {
    await writeFile(at('taken'), 'mine')
    const setting = reading()
    await expect(download(setting, path())).rejects.toMatchObject({
      code,
      operation: 'downloadObject',
      container: 'box',
      key: 'key',
    })
    expect(setting.sent).toEqual([])
    expect(await readdir(root)).toEqual(['taken'])
  })

  test('a directory in place of the file that the key names', async () => {
    await mkdir(at('key'))
    for (const [overwriteExisting, code] of [
      [false, 'DestinationExists'],
      [true, 'LocalFile'],
    ] as const) {
      const downloading = download(reading(), root, { overwriteExisting })
      await expect(downloading).rejects.toMatchObject({ code })
    }
    expect(await readdir(root)).toEqual(['key'])
  })
})

describe('a file that is there', () => {
  test('stays, and nothing is transferred', async () => {
    await writeFile(at('file'), 'mine')
    const setting = reading()
    await expect(download(setting, at('file'))).rejects.toMatchObject({
      code: 'DestinationExists',
      hint: expect.stringContaining('overwriteExisting'),
    })
    expect(setting.sent).toEqual([])
    expect(await readFile(at('file'), 'utf8')).toBe('mine')
    expect(await readdir(root)).toEqual(['file'])
  })

  test('is replaced when asked for, and not before all has come', async () => {
    await writeFile(at('file'), 'mine')
    const broken = reading(() => readerOf([whole.subarray(0, 2 * MiB)]))
    const overwriting = download(broken, at('file'), { overwriteExisting: true })
    await expect(overwriting).rejects.toMatchObject({ code: 'Network' })
    expect(await readFile(at('file'), 'utf8')).toBe('mine')
    await download(reading(), at('file'), { overwriteExisting: true })
    expect((await stat(at('file'))).size).toBe(whole.byteLength)
    expect(await readdir(root)).toEqual(['file'])
  })

  test('a link is replaced, not followed; a dangling one counts as there', async () => {
    await writeFile(at('target'), 'mine')
    for (const target of ['target', 'nowhere']) {
      await rm(at('file'), { force: true })
      await symlink(target, at('file'))
      await expect(download(reading(), at('file'))).rejects.toMatchObject({
        code: 'DestinationExists',
      })
      await download(reading(), at('file'), { overwriteExisting: true })
      expect((await lstat(at('file'))).isFile()).toBe(true)
    }
    expect(await readFile(at('target'), 'utf8')).toBe('mine')
    expect((await readdir(root)).toSorted()).toEqual(['file', 'target'])
  })

  test('a pipe is never replaced: a device would be lost in the same way', async () => {
    execFileSync('mkfifo', [at('pipe')])
    const setting = reading()
    const overwriting = download(setting, at('pipe'), { overwriteExisting: true })
    await expect(overwriting).rejects.toMatchObject({ code: 'LocalFile' })
    await expect(overwriting).rejects.toThrow('no regular file')
    expect(setting.sent).toEqual([])
    expect((await lstat(at('pipe'))).isFIFO()).toBe(true)
  })

  test('one that appears meanwhile stays', async () => {
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield whole
      await writeFile(at('file'), 'mine')
    }
    await expect(
      download(
        reading(() => readerOf(body())),
        at('file'),
      ),
    ).rejects.toMatchObject({
      code: 'DestinationExists',
    })
    expect(await readFile(at('file'), 'utf8')).toBe('mine')
    expect(await readdir(root)).toEqual(['file'])
  })

  test('of many downloads to one name, one wins and the others say so', async () => {
    const downloads = Array.from({ length: 8 }, () => download(reading(), at('file')))
    const outcomes = await Promise.allSettled(downloads)
    const failed = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(failed).toHaveLength(7)
    for (const { reason } of failed) expect(reason).toMatchObject({ code: 'DestinationExists' })
    expect(await readdir(root)).toEqual(['file'])
    expect(Buffer.compare(await readFile(at('file')), whole)).toBe(0)
  })
})

describe('a failure', () => {
  const broken = (): Setting =>
    reading(() => readerOf([whole.subarray(0, MiB), whole.subarray(MiB, MiB + 5)]))

  test('leaves nothing behind', async () => {
    await expect(download(broken(), at('file'))).rejects.toMatchObject({ code: 'Network' })
    expect(await readdir(root)).toEqual([])
  })

  test('leaves no folders either, unless others use them by now', async () => {
    await mkdir(at('old'))
    const setting = reading()
    const missing = setUp()
    const rounds = Array.from({ length: 30 }, (_, round) => round)
    for (const round of rounds) {
      const folder = round % 2 === 0 ? 'old' : `new-${round}`
      const outcomes = await Promise.allSettled([
        ...[1, 2, 3].map((n) =>
          download(missing, root, { key: `${folder}/${round}/a/missing-${n}` }),
        ),
        download(setting, root, { key: `${folder}/${round}/a/b` }),
        download(missing, root, { key: `${folder}/gone-${round}/missing` }),
      ])
      expect(outcomes.map(({ status }) => status)).toEqual([
        ...Array.from({ length: 3 }, () => 'rejected'),
        'fulfilled',
        'rejected',
      ])
    }
    const left = (await readdir(root, { recursive: true })).filter((name) => name.includes('gone'))
    expect(left).toEqual([])
    await expect(download(missing, root, { key: 'x/y/z' })).rejects.toMatchObject({
      code: 'ObjectDoesNotExist',
    })
    expect(await readdir(root)).not.toContain('x')
  })

  test('with deleteOnFailure: false keeps what came, under a name that the error tells', async () => {
    const downloading = download(broken(), at('file'), { deleteOnFailure: false })
    await expect(downloading).rejects.toThrow(`What came is in ${at('file.partial')}`)
    expect(await readdir(root)).toEqual(['file.partial'])
    expect(Buffer.compare(await readFile(at('file.partial')), whole.subarray(0, MiB + 5))).toBe(0)
  })

  test('an error with a hint of its own tells both', async () => {
    const other = reading(() => readerOf([sample(whole.byteLength, 5)]))
    const error: unknown = await download(other, at('file'), { deleteOnFailure: false }).catch(
      (thrown: unknown) => thrown,
    )
    expect(error).toMatchObject({ code: 'ObjectHashMismatch' })
    expect(String(error)).toMatch(/Download again.*file\.partial/s)
  })

  test('before the first byte keeps nothing, and spares what an earlier try has left', async () => {
    await writeFile(at('file.partial'), 'an earlier try')
    const setting = setUp()
    const downloading = download(setting, at('file'), { key: 'missing', deleteOnFailure: false })
    await expect(downloading).rejects.toMatchObject({ code: 'ObjectDoesNotExist' })
    expect(await readdir(root)).toEqual(['file.partial'])
    expect(await readFile(at('file.partial'), 'utf8')).toBe('an earlier try')
  })

  test('of keeping it, too: the first error stays, the other is attached', async () => {
    await mkdir(at('file.partial', 'full'), { recursive: true })
    const downloading = download(broken(), at('file'), { deleteOnFailure: false })
    await expect(downloading).rejects.toMatchObject({
      code: 'Network',
      cleanupError: {
        code: 'LocalFile',
        hint: expect.stringMatching(/What came is in .*\.file\.[0-9a-f]+\.part$/),
      },
    })
  })

  test('of the progress listener comes out unchanged', async () => {
    const own = new Error('mine')
    const onProgress = (): never => {
      throw own
    }
    for (const deleteOnFailure of [true, false]) {
      const options = { onProgress, deleteOnFailure }
      await expect(download(reading(), at('file'), options)).rejects.toBe(own)
    }
    expect(await readdir(root)).toEqual([])
  })

  test('of the file system is told by name, and gives the body up', async () => {
    let cancelled = false
    const body: BodyReader = {
      async read() {
        // The disk takes no more: nothing of it can be had by a test without rights to mount.
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
      },
      async cancel() {
        cancelled = true
      },
    }
    await expect(
      download(
        reading(() => body),
        at('file'),
      ),
    ).rejects.toMatchObject({ key: 'key' })
    await sleep(0)
    expect(cancelled).toBe(true)
    expect(await readdir(root)).toEqual([])
  })

  test('a cancelled download leaves nothing and stops at once, however silent the body is', async () => {
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 10)
      await silence()
    }
    const controller = new AbortController()
    const setting = reading(() => readerOf(body()))
    const downloading = download(setting, at('file'), { signal: controller.signal })
    await sleep(20)
    const reason = new Error('stop')
    controller.abort(reason)
    await expect(downloading).rejects.toBe(reason)
    expect(await readdir(root)).toEqual([])
    expect(setting.driver.stats()).toMatchObject({ active: 0, failed: 1 })
  })

  test('closes every file', async () => {
    const before = await openFiles()
    for (let round = 0; round < 20; round += 1) {
      await download(broken(), at('file')).catch(() => undefined)
      await download(broken(), at('kept'), { deleteOnFailure: false }).catch(() => undefined)
      await download(setUp(), at('missing'), { key: 'missing' }).catch(() => undefined)
    }
    expect(await openFiles()).toBeLessThanOrEqual(before)
  })
})

describe('options', () => {
  test.each([
    { range: { start: 0 } },
    { chunkSize: 5 },
    { overwriteExisting: 'yes' },
    { deleteOnFailure: 0 },
    { overwrite: true },
    { signal: 'stop' },
    null,
  ])('%p is refused before the destination is touched', async (options) => {
    const setting = reading()
    const object = setting.driver.object('box', 'key')
    for (const downloading of [
      setting.driver.downloadObject(object, at('file'), options as DownloadOptions),
      setting.driver.downloadObjectRange(object, at('file'), 0, 1, options as DownloadOptions),
    ]) {
      await expect(downloading).rejects.toMatchObject({ code: 'InvalidArgument', key: 'key' })
    }
    expect([setting.sent, await readdir(root)]).toEqual([[], []])
  })

  test('a range that means nothing is refused before the destination is touched', async () => {
    const setting = reading()
    const object = setting.driver.object('box', 'key')
    for (const [start, end] of [
      [5, 5],
      [-1, undefined],
      [Number.NaN, undefined],
    ] as const) {
      const downloading = setting.driver.downloadObjectRange(object, at('file'), start, end)
      await expect(downloading).rejects.toMatchObject({ code: 'InvalidRange' })
    }
    expect(await readdir(root)).toEqual([])
  })

  test('toFile has the same ones', async () => {
    const { box } = reading()
    await box.get('key').toFile(at('file'))
    await expect(box.get('key').toFile(at('file'))).rejects.toMatchObject({
      code: 'DestinationExists',
    })
    await box.get('key').toFile(at('file'), { overwriteExisting: true })
    const wrong = box.get('key').toFile(at('other'), { signal: 1 } as never)
    await expect(wrong).rejects.toMatchObject({ code: 'InvalidArgument' })
    expect(await readdir(root)).toEqual(['file'])
  })
})

describe('uploading a file', () => {
  test('reads it in slices and closes it, whatever happens', async () => {
    await writeFile(at('file.txt'), whole)
    const before = await openFiles()
    const { box, driver, bytes, sent } = setUp()
    await box.putFile('key', at('file.txt'), { partSize: MiB })
    expect(Buffer.compare(bytes('key'), whole)).toBe(0)
    expect(sent[0]?.request).toMatchObject({ contentType: 'text/plain' })
    await driver.uploadObject(at('file.txt'), box, 'whole')
    expect(Buffer.compare(bytes('whole'), whole)).toBe(0)
    const down = setUp({ backend: { putObject: () => failure(new StorageError('Network', 'x')) } })
    await expect(down.box.putFile('key', at('file.txt'))).rejects.toMatchObject({ code: 'Network' })
    expect(await openFiles()).toBeLessThanOrEqual(before)
  })

  test.each<[string, () => string, string]>([
    ['a file that is missing', () => at('missing'), 'it does not exist'],
    ['a directory', () => root, 'a directory'],
    ['a named pipe: it is not waited for', () => at('pipe'), 'no regular file'],
    ['a device', () => '/dev/zero', 'no regular file'],
    ['no path', () => 7 as never, 'must be a string'],
  ])('%s', async (_name, path, message) => {
    execFileSync('mkfifo', [at('pipe')])
    const { box, sent } = setUp()
    const putting = box.putFile('key', path())
    await expect(putting).rejects.toThrow(message)
    await expect(putting).rejects.toMatchObject({ operation: 'uploadObject', key: 'key' })
    expect(sent).toEqual([])
  })

  test('one that says it is empty and is not, as those of /proc do', async () => {
    const { box, stored } = setUp()
    await writeFile(at('empty'), '')
    await box.putFile('empty', at('empty'))
    if (!(await readdir('/')).includes('proc')) return
    const putting = box.putFile('key', '/proc/self/status')
    await expect(putting).rejects.toMatchObject({
      code: 'LocalFile',
      hint: expect.stringContaining('stream'),
    })
    expect([...stored.keys()]).toEqual(['box/empty'])
  })

  test('one that becomes shorter meanwhile', async () => {
    await writeFile(at('file'), whole)
    const { box } = setUp({
      backend: {
        async putObject({ key, body }) {
          const reader = body.open()
          await reader.read()
          await writeFile(at('file'), 'short')
          for (;;) if ((await reader.read()) === undefined) return { key, size: 0 }
        },
      },
    })
    await expect(box.putFile('key', at('file'))).rejects.toMatchObject({
      code: 'LocalFile',
      message: expect.stringContaining('became shorter'),
    })
  })
})

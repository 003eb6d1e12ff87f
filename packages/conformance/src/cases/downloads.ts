import type { ObjectHandle } from '@cloudstore/core'
import { check, equal, rejects, rejectsWith, sameBytes, sameList } from '../assert.ts'
import { group, slow, type ConformanceCase } from '../case.ts'
import { altered } from '../recording.ts'
import { kibi, mebi, sample } from '../samples.ts'
import { withFiles, type Files } from './file-uploads.ts'

const bytes = sample(300 * kibi)

/** An object, and a driver whose requests are counted. */
async function withObject({ container, context }: Files, key = 'object') {
  await container.put(key, bytes)
  const { driver, sent } = context.recording()
  return { driver, sent, object: driver.object(driver.container(container.name), key) }
}

/** An object whose bytes stop coming in the middle. */
async function breakingOff({ container, driver }: Files, reason: Error): Promise<ObjectHandle> {
  await container.put('object', bytes)
  const broken = altered(driver, {
    async getObject(request, call) {
      const { info, body } = await driver.backend.getObject(request, call)
      let read = 0
      return {
        info,
        body: {
          async read() {
            if (read > 0) throw reason
            const chunk = await body.read()
            read += chunk?.length ?? 0
            return chunk?.subarray(0, 1000)
          },
          cancel: (why) => body.cancel(why),
        },
      }
    },
  })
  return broken.object(broken.container(container.name), 'object')
}

/** The names in the directory, to see that nothing was left. */
const names = async ({ fs, path }: Files) => (await fs.readdir(path())).toSorted()

export const downloads: readonly ConformanceCase[] = group('objects to files', {
  'downloadObject writes a file': withFiles(async (files) => {
    const { driver, object } = await withObject(files)
    equal(await driver.downloadObject(object, files.path('file')), true, 'downloadObject')
    sameBytes(await files.fs.readFile(files.path('file')), bytes, 'bytes of the file')
    sameList(await names(files), ['file'], 'names in the directory')
  }),

  'download of a handle and toFile write the same': withFiles(async (files) => {
    const { object } = await withObject(files)
    equal(await object.download(files.path('one')), true, 'download')
    equal(await object.stream().toFile(files.path('two')), true, 'toFile')
    sameBytes(await files.fs.readFile(files.path('one')), bytes, 'bytes by download')
    sameBytes(await files.fs.readFile(files.path('two')), bytes, 'bytes by toFile')
    sameList(await names(files), ['one', 'two'], 'names in the directory')
  }),

  'an empty object is an empty file': withFiles(async (files) => {
    await files.container.put('empty', '')
    await files.driver.downloadObject(
      files.driver.object(files.container, 'empty'),
      files.path('file'),
    )
    equal((await files.fs.stat(files.path('file'))).size, 0, 'size')
  }),

  'a directory as destination takes the key, with its sub-directories': withFiles(async (files) => {
    const { object } = await withObject(files, 'deep/down/object.bin')
    equal(await object.download(files.path()), true, 'download into a directory')
    const written = await files.fs.readFile(files.path('deep', 'down', 'object.bin'))
    sameBytes(written, bytes, 'bytes of the file')
    sameList(await names(files), ['deep'], 'names in the directory')
    await files.fs.mkdir(files.path('other'))
    equal(await object.download(`${files.path('other')}/`), true, 'download with a separator')
    const below = await files.fs.readFile(files.path('other', 'deep', 'down', 'object.bin'))
    sameBytes(below, bytes, 'bytes of the file below')
  }),

  'an existing file is DestinationExists before anything is sent': withFiles(async (files) => {
    const { driver, sent, object } = await withObject(files)
    await files.fs.writeFile(files.path('file'), 'mine')
    const error = await rejects(
      () => object.download(files.path('file')),
      'DestinationExists',
      'download',
    )
    check(error.message.includes(files.path('file')), `the error names no file: ${error.message}`)
    await rejects(
      () => driver.downloadObjectRange(object, files.path('file'), 0, 5),
      'DestinationExists',
      'downloadObjectRange',
    )
    await rejects(() => object.stream().toFile(files.path('file')), 'DestinationExists', 'toFile')
    sameList(sent, [], 'requests that reached the provider')
    equal(await files.fs.readFile(files.path('file'), 'utf8'), 'mine', 'contents of the file')
  }),

  'overwriteExisting replaces the file whole': withFiles(async (files) => {
    const { object } = await withObject(files)
    await files.fs.writeFile(files.path('file'), sample(mebi, 5))
    equal(await object.download(files.path('file'), { overwriteExisting: true }), true, 'download')
    sameBytes(await files.fs.readFile(files.path('file')), bytes, 'bytes of the file')
    sameList(await names(files), ['file'], 'names in the directory')
  }),

  'a key that would leave the directory is refused before anything is sent': withFiles(
    async (files) => {
      const { driver, sent } = files.context.recording()
      const container = driver.container(files.container.name)
      await files.fs.mkdir(files.path('inside'))
      for (const key of [
        '../escape',
        'a/../../escape',
        '/absolute',
        '..',
        '.',
        'a//b',
        'a/',
        'n\u0000l',
      ]) {
        await rejects(
          () => driver.object(container, key).download(files.path('inside')),
          'InvalidArgument',
          `download of ${JSON.stringify(key)}`,
        )
      }
      sameList(sent, [], 'requests that reached the provider')
      sameList(await names(files), ['inside'], 'names in the directory')
      sameList(await files.fs.readdir(files.path('inside')), [], 'names inside')
    },
  ),

  'a link that leads out of the directory is not followed': withFiles(async (files) => {
    const { object } = await withObject(files, 'link/object')
    await files.fs.mkdir(files.path('inside'))
    await files.fs.mkdir(files.path('outside'))
    await files.fs.symlink(files.path('outside'), files.path('inside', 'link'))
    await rejects(() => object.download(files.path('inside')), 'InvalidArgument', 'download')
    sameList(await files.fs.readdir(files.path('outside')), [], 'names outside')
  }),

  'a link as destination is there already, and what it points to is never written': withFiles(
    async (files) => {
      const { object } = await withObject(files)
      await files.fs.writeFile(files.path('target'), 'mine')
      await files.fs.symlink(files.path('target'), files.path('link'))
      const download = () => object.download(files.path('link'))
      await rejects(download, 'DestinationExists', 'download')
      await object.download(files.path('link'), { overwriteExisting: true })
      sameBytes(await files.fs.readFile(files.path('link')), bytes, 'bytes of the file')
      equal(await files.fs.readFile(files.path('target'), 'utf8'), 'mine', 'contents of the target')
    },
  ),

  'any key can be downloaded to a path that is given whole': withFiles(async (files) => {
    for (const key of ['../x', '/y', 'a//b']) {
      const { object } = await withObject(files, key)
      await object.download(files.path('file'), { overwriteExisting: true })
      sameBytes(await files.fs.readFile(files.path('file')), bytes, 'bytes of the file')
    }
  }),

  'a destination in a missing directory is LocalFile before anything is sent': withFiles(
    async (files) => {
      const { sent, object } = await withObject(files)
      await rejects(() => object.download(files.path('no', 'file')), 'LocalFile', 'download')
      await rejects(() => object.download(`${files.path('no')}/`), 'LocalFile', 'with a separator')
      sameList(sent, [], 'requests that reached the provider')
      sameList(await names(files), [], 'names in the directory')
    },
  ),

  'an unwritable destination is LocalFile before anything is sent': withFiles(async (files) => {
    const { sent, object } = await withObject(files)
    await files.fs.writeFile(files.path('file'), '')
    const below = () => object.download(files.path('file', 'below'))
    await rejects(below, 'LocalFile', 'download below a file')
    await files.fs.mkdir(files.path('closed'), { mode: 0o500 })
    const writable = await files.fs.writeFile(files.path('closed', 'probe'), '').then(
      () => true,
      () => false,
    )
    // The superuser writes anywhere.
    if (!writable) {
      const into = () => object.download(files.path('closed', 'file'))
      await rejects(into, 'LocalFile', 'download into a closed directory')
    }
    sameList(sent, [], 'requests that reached the provider')
  }),

  'a missing object leaves no file': withFiles(async (files) => {
    const { driver, container } = files
    const missing = driver.object(container, 'missing')
    const one = () => missing.download(files.path('file'))
    await rejects(one, 'ObjectDoesNotExist', 'download')
    const two = () => missing.download(files.path('file'), { deleteOnFailure: false })
    await rejects(two, 'ObjectDoesNotExist', 'download that keeps what came')
    check(!(await names(files)).includes('file'), 'there is a file under the final name')
    check(!(await names(files)).some((name) => name.endsWith('.part')), 'a .part file is left')
  }),

  'a download that breaks off leaves nothing': withFiles(async (files) => {
    const reason = new Error('the wire was cut')
    const object = await breakingOff(files, reason)
    const error = await rejects(() => object.download(files.path('file')), 'Unknown', 'download')
    equal(error.cause, reason, 'cause')
    sameList(await names(files), [], 'names in the directory')
  }),

  'a download that breaks off keeps the file it would have replaced': withFiles(async (files) => {
    const object = await breakingOff(files, new Error('the wire was cut'))
    await files.fs.writeFile(files.path('file'), 'mine')
    const download = () => object.download(files.path('file'), { overwriteExisting: true })
    await rejects(download, 'Unknown', 'download')
    equal(await files.fs.readFile(files.path('file'), 'utf8'), 'mine', 'contents of the file')
    sameList(await names(files), ['file'], 'names in the directory')
  }),

  'with deleteOnFailure false what came is kept as .partial': withFiles(async (files) => {
    const object = await breakingOff(files, new Error('the wire was cut'))
    const download = () => object.download(files.path('file'), { deleteOnFailure: false })
    const error = await rejects(download, 'Unknown', 'download')
    sameList(await names(files), ['file.partial'], 'names in the directory')
    const kept = await files.fs.readFile(files.path('file.partial'))
    check(kept.length < bytes.length, 'the partial file is whole')
    sameBytes(kept, bytes.subarray(0, kept.length), 'bytes of the partial file')
    check(
      `${error.message} ${error.hint ?? ''}`.includes('file.partial'),
      `the error does not name the partial file: ${error.message}`,
    )
  }),

  'an object that ends too early is an error, not a short file': withFiles(async (files) => {
    const { container, driver, path } = files
    await container.put('object', bytes)
    const short = altered(driver, {
      async getObject(request, call) {
        const { info, body } = await driver.backend.getObject(request, call)
        await body.cancel()
        let given = false
        const read = () => {
          if (given) return undefined
          given = true
          return bytes.slice(0, 1000)
        }
        return { info, body: { read, cancel: async () => undefined } }
      },
    })
    const object = short.object(short.container(container.name), 'object')
    await rejects(
      () => object.download(path('file')),
      ['MalformedResponse', 'Network', 'ObjectHashMismatch'],
      'download',
    )
    sameList(await names(files), [], 'names in the directory')
    await rejects(
      () => object.stream().bytes(),
      ['MalformedResponse', 'Network', 'ObjectHashMismatch'],
      'bytes',
    )
  }),

  'aborting a download rejects with the reason and leaves no file': slow(
    withFiles(async (files) => {
      await files.container.put('object', sample(8 * mebi))
      const controller = new AbortController()
      const reason = new Error('enough')
      const object = files.driver.object(files.container, 'object')
      const download = object.download(files.path('file'), {
        signal: controller.signal,
        onProgress: () => controller.abort(reason),
      })
      await rejectsWith(download, reason, 'download')
      sameList(await names(files), [], 'names in the directory')
    }),
  ),

  'downloadObjectRange writes a range to a file': withFiles(async (files) => {
    const { driver, object } = await withObject(files)
    equal(await driver.downloadObjectRange(object, files.path('one'), 10, 20), true, 'the call')
    sameBytes(
      await files.fs.readFile(files.path('one')),
      bytes.subarray(10, 20),
      'bytes of a range',
    )
    await object.downloadRange(files.path('two'), 300_000)
    sameBytes(
      await files.fs.readFile(files.path('two')),
      bytes.subarray(300_000),
      'bytes to the end',
    )
    const past = () => driver.downloadObjectRange(object, files.path('three'), bytes.length)
    await rejects(past, 'InvalidRange', 'a range past the end')
    sameList(await names(files), ['one', 'two'], 'names in the directory')
  }),

  'a bad range to a file is refused before anything is sent': withFiles(async (files) => {
    const { driver, sent, object } = await withObject(files)
    for (const [start, end] of [[-1], [5, 5], [5, 4], [0.5], [Number.NaN]] as [number, number?][]) {
      await rejects(
        () => driver.downloadObjectRange(object, files.path('file'), start, end),
        ['InvalidRange', 'InvalidArgument'],
        `from ${start} to ${end}`,
      )
    }
    sameList(sent, [], 'requests that reached the provider')
    sameList(await names(files), [], 'names in the directory')
  }),

  'two downloads to one destination: one wins, the file is whole': withFiles(async (files) => {
    const { object } = await withObject(files)
    const ends = await Promise.allSettled([
      object.download(files.path('file')),
      object.download(files.path('file')),
    ])
    const won = ends.filter((end) => end.status === 'fulfilled')
    equal(won.length, 1, 'downloads that succeeded')
    for (const end of ends) {
      if (end.status === 'fulfilled') continue
      await rejects(Promise.reject(end.reason as Error), 'DestinationExists', 'the other')
    }
    sameBytes(await files.fs.readFile(files.path('file')), bytes, 'bytes of the file')
    sameList(await names(files), ['file'], 'names in the directory')
  }),

  'a destination that is no path is refused before anything is sent': withFiles(async (files) => {
    const { sent, object } = await withObject(files)
    for (const bad of ['', 'nul\u0000byte', 7, undefined, null] as string[]) {
      await rejects(
        () => object.download(bad),
        ['InvalidArgument', 'LocalFile'],
        `download to ${JSON.stringify(bad)}`,
      )
    }
    sameList(sent, [], 'requests that reached the provider')
  }),
})

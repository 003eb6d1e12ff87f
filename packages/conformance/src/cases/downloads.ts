import { equal, rejects, sameBytes, sameList } from '../assert.ts'
import { group, type ConformanceCase } from '../case.ts'
import { bytes, names, withFiles, withObject } from '../files.ts'
import { mebi, sample } from '../samples.ts'

/** What is written. */
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

  'overwriteExisting replaces the file whole': withFiles(async (files) => {
    const { object } = await withObject(files)
    await files.fs.writeFile(files.path('file'), sample(mebi, 5))
    equal(await object.download(files.path('file'), { overwriteExisting: true }), true, 'download')
    sameBytes(await files.fs.readFile(files.path('file')), bytes, 'bytes of the file')
    sameList(await names(files), ['file'], 'names in the directory')
  }),

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
})

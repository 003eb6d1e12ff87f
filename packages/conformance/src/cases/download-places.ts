import { check, equal, rejects, sameBytes, sameList } from '../assert.ts'
import { group, type ConformanceCase } from '../case.ts'
import { bytes, names, withFiles, withObject } from '../files.ts'

/** Where it may be written. */
export const downloadPlaces: readonly ConformanceCase[] = group('objects to files', {
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

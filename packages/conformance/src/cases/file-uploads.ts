import type { Progress } from '@cloudstore/core'
import { check, equal, rejects, sameBytes, sameList } from '../assert.ts'
import { group, notApplicable, slow, type ConformanceCase } from '../case.ts'
import { withFiles } from '../files.ts'
import { kibi, mebi, sample } from '../samples.ts'

export const fileUploads: readonly ConformanceCase[] = group('files to objects', {
  'uploadObject and putFile upload a file': withFiles(async ({ driver, container, fs, path }) => {
    const bytes = sample(300 * kibi)
    await fs.writeFile(path('my file.bin'), bytes)
    const stored = await driver.uploadObject(path('my file.bin'), container, 'a/object')
    equal(stored.key, 'a/object', 'key')
    equal(stored.size, bytes.length, 'size')
    sameBytes(await container.get('a/object').bytes(), bytes, 'bytes read back')
    await container.putFile('other', path('my file.bin'))
    sameBytes(await container.get('other').bytes(), bytes, 'bytes by putFile')
  }),

  'an empty file is an empty object': withFiles(async ({ container, fs, path }) => {
    await fs.writeFile(path('empty'), '')
    await container.putFile('object', path('empty'))
    equal((await container.head('object')).size, 0, 'size')
  }),

  'the content type of a file is guessed': withFiles(async ({ container, driver, fs, path }) => {
    if (!driver.features.attributes.includes('contentType')) {
      notApplicable('objects have no content type')
    }
    await fs.writeFile(path('page.html'), '<p>')
    await container.putFile('by/key.json', path('page.html'))
    equal((await container.head('by/key.json')).contentType, 'application/json', 'by the key')
    await container.putFile('no-extension', path('page.html'))
    equal((await container.head('no-extension')).contentType, 'text/html', 'by the file')
    await container.putFile('given', path('page.html'), { contentType: 'text/x-given' })
    equal((await container.head('given')).contentType, 'text/x-given', 'as given')
  }),

  'a file goes in parts when a part size is given': slow(
    withFiles(async ({ container, context, fs, path }) => {
      const limits = context.driver.features.multipart
      if (!limits) notApplicable('no multipart uploads')
      const partSize = Math.max(5 * mebi, limits.minPart)
      const bytes = sample(2 * partSize + 33)
      await fs.writeFile(path('large'), bytes)
      const { driver, sent } = context.recording()
      const seen: Progress[] = []
      const onProgress = (progress: Progress) => seen.push(progress)
      await driver
        .container(container.name)
        .putFile('object', path('large'), { partSize, onProgress })
      equal(
        sent.filter((operation) => operation === 'multipart.uploadPart').length,
        3,
        'parts sent',
      )
      sameBytes(await container.get('object').bytes(), bytes, 'bytes read back')
      equal(seen.at(-1)?.loaded, bytes.length, 'loaded at the end')
      equal(seen.at(-1)?.total, bytes.length, 'total at the end')
    }),
  ),

  'a missing file is LocalFile before anything is sent': withFiles(
    async ({ container, context, path }) => {
      const { driver, sent } = context.recording()
      const own = driver.container(container.name)
      const error = await rejects(() => own.putFile('object', path('no')), 'LocalFile', 'putFile')
      check(
        error.message.includes(path('no')),
        `the error does not name the file: ${error.message}`,
      )
      await rejects(
        () => driver.uploadObject(path('no'), own, 'object'),
        'LocalFile',
        'uploadObject',
      )
      sameList(sent, [], 'requests that reached the provider')
    },
  ),

  'a directory as source is LocalFile before anything is sent': withFiles(
    async ({ container, context, fs, path }) => {
      await fs.mkdir(path('folder'))
      const { driver, sent } = context.recording()
      const upload = () => driver.container(container.name).putFile('object', path('folder'))
      await rejects(upload, 'LocalFile', 'putFile')
      sameList(sent, [], 'requests that reached the provider')
    },
  ),

  'a path that is none is refused before anything is sent': withFiles(
    async ({ container, context }) => {
      const { driver, sent } = context.recording()
      const own = driver.container(container.name)
      for (const bad of ['', 'nul\u0000byte', 7, undefined, null] as string[]) {
        await rejects(
          () => own.putFile('object', bad),
          ['InvalidArgument', 'LocalFile'],
          `putFile of ${JSON.stringify(bad)}`,
        )
      }
      sameList(sent, [], 'requests that reached the provider')
    },
  ),

  'a path given as a source is text, not a file': withFiles(async ({ container, fs, path }) => {
    await fs.writeFile(path('secret.txt'), 'contents of the file')
    await container.put('object', path('secret.txt'))
    equal(await container.get('object').text(), path('secret.txt'), 'contents')
  }),
})

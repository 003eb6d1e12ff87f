import type { ObjectHandle } from '@cloudstore/core'
import { check, equal, rejects, rejectsWith, sameBytes, sameList } from '../assert.ts'
import { group, slow, type ConformanceCase } from '../case.ts'
import { bytes, names, withFiles, type Files } from '../files.ts'
import { altered } from '../recording.ts'
import { mebi, sample } from '../samples.ts'

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

/** What is left of a download that fails. */
export const brokenDownloads: readonly ConformanceCase[] = group('objects to files', {
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
})

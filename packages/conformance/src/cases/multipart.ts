import type { Progress, UploadOptions } from '@cloudstore/core'
import { check, equal, rejects, rejectsWith, sameBytes, sameList, sameRecord } from '../assert.ts'
import {
  group,
  slow,
  type ConformanceCase,
  type ConformanceContext,
  type SlowRun,
} from '../case.ts'
import { uploadsIn } from '../clean.ts'
import type { Recording } from '../recording.ts'
import { joined, mebi, pieces, sample } from '../samples.ts'
import type { Container } from '@cloudstore/core'

interface Parts extends Recording {
  /** Of the recorded driver. */
  readonly container: Container
  readonly partSize: number
  readonly context: ConformanceContext
}

/** Runs with parts where there are any; else checks that asking for parts is refused and nothing is sent. */
function inParts(run: (parts: Parts) => Promise<void>): SlowRun {
  return slow(async (context) => {
    const { name } = await context.container()
    const recording = context.recording()
    const { driver, sent } = recording
    const container = driver.container(name)
    const limits = driver.features.multipart
    if (!driver.backend.multipart || !limits) {
      const upload = container.put('object', sample(12 * mebi), { partSize: 5 * mebi })
      await rejects(upload, 'UnsupportedOperation', 'put with a partSize')
      sameList(sent, [], 'requests that reached the provider')
      return
    }
    await run({ ...recording, container, context, partSize: Math.max(5 * mebi, limits.minPart) })
  })
}

async function nothingLeft({ context, container }: Parts) {
  const uploads = await uploadsIn(context.driver, container)
  if (uploads)
    sameList(
      uploads.map(({ key }) => key),
      [],
      'uploads left behind',
    )
}

const count = (sent: readonly string[], operation: string) =>
  sent.filter((name) => name === operation).length

export const multipart: readonly ConformanceCase[] = group('multipart uploads', {
  'bytes in memory go in parts when a part size is given': inParts(async (parts) => {
    const { container, partSize, sent } = parts
    const bytes = sample(2 * partSize + 12_345)
    const stored = await container.put('object', bytes, { partSize })
    equal(stored.size, bytes.length, 'size by put')
    equal(count(sent, 'multipart.uploadPart'), 3, 'parts sent')
    equal(count(sent, 'putObject'), 0, 'single puts sent')
    const head = await container.head('object')
    equal(head.size, bytes.length, 'size by head')
    if (stored.etag !== undefined) equal(head.etag, stored.etag, 'etag')
    sameBytes(await container.get('object').bytes(), bytes, 'bytes read back')
    await nothingLeft(parts)
  }),

  'a stream of unknown length that outgrows one part goes in parts': inParts(async (parts) => {
    const { container, partSize, sent } = parts
    const bytes = sample(2 * partSize + 1)
    await container.put('object', pieces(bytes), { partSize })
    equal(count(sent, 'multipart.uploadPart'), 3, 'parts sent')
    sameBytes(await container.get('object').bytes(), bytes, 'bytes read back')
    await nothingLeft(parts)
  }),

  'a stream of unknown length that ends in its first part is one put': inParts(
    async ({ container, partSize, sent }) => {
      const bytes = sample(partSize - 1)
      await container.put('object', pieces(bytes), { partSize })
      equal(count(sent, 'putObject'), 1, 'single puts sent')
      equal(count(sent, 'multipart.create'), 0, 'multipart uploads begun')
      sameBytes(await container.get('object').bytes(), bytes, 'bytes read back')
    },
  ),

  'a length of exactly two parts makes two parts': inParts(
    async ({ container, partSize, sent }) => {
      const bytes = sample(2 * partSize)
      await container.put('object', bytes, { partSize })
      equal(count(sent, 'multipart.uploadPart'), 2, 'parts sent from memory')
      sent.length = 0
      await container.put('object', pieces(bytes), { partSize })
      equal(count(sent, 'multipart.uploadPart'), 2, 'parts sent from a stream')
      sameBytes(await container.get('object').bytes(), bytes, 'bytes read back')
    },
  ),

  'parts sent one at a time make the same object': inParts(async ({ container, partSize }) => {
    const bytes = sample(2 * partSize + 99)
    await container.put('object', pieces(bytes), { partSize, concurrency: 1 })
    sameBytes(await container.get('object').bytes(), bytes, 'bytes read back')
  }),

  'a multipart upload keeps attributes and metadata': inParts(
    async ({ container, partSize, driver }) => {
      const { features } = driver
      const options: UploadOptions = {
        partSize,
        ...(features.attributes.includes('contentType') && { contentType: 'text/x-conformance' }),
        ...(features.attributes.includes('cacheControl') && { cacheControl: 'no-store' }),
        ...(features.metadata && { metadata: { colour: 'blue' } }),
      }
      await container.put('object', sample(partSize + 1), options)
      const head = await container.head('object')
      equal(head.contentType, options.contentType, 'content type')
      equal(head.cacheControl, options.cacheControl, 'cache control')
      sameRecord(head.metadata, { ...options.metadata }, 'metadata')
    },
  ),

  'ranges across the seams of parts are right': inParts(async ({ container, partSize }) => {
    const bytes = sample(2 * partSize + 10)
    await container.put('object', bytes, { partSize })
    for (const seam of [partSize, 2 * partSize]) {
      const range = { start: seam - 5, end: seam + 5 }
      const read = await container.get('object', { range }).bytes()
      sameBytes(read, bytes.subarray(seam - 5, seam + 5), `bytes around ${seam}`)
    }
  }),

  'progress of a multipart upload only grows and ends at the size': inParts(
    async ({ container, partSize }) => {
      for (const source of [sample(2 * partSize + 7), pieces(sample(2 * partSize + 7))]) {
        const seen: Progress[] = []
        await container.put('object', source, { partSize, onProgress: (step) => seen.push(step) })
        check(seen.length > 0, 'no progress was reported')
        let before = 0
        for (const { loaded } of seen) {
          check(loaded >= before, `loaded went back from ${before} to ${loaded}`)
          before = loaded
        }
        equal(before, 2 * partSize + 7, 'loaded at the end')
      }
    },
  ),

  'a source that fails in the middle leaves the old object and no upload': inParts(
    async (parts) => {
      const { container, partSize } = parts
      await container.put('object', 'old')
      const reason = new Error('the source broke')
      const failing = async function* () {
        yield sample(partSize)
        yield sample(partSize)
        yield sample(10)
        throw reason
      }
      await rejectsWith(() => container.put('object', failing(), { partSize }), reason, 'put')
      equal(await container.get('object').text(), 'old', 'contents')
      await nothingLeft(parts)
    },
  ),

  'aborting in the middle rejects with the reason and leaves no upload': inParts(async (parts) => {
    const { container, partSize } = parts
    await container.put('object', 'old')
    const controller = new AbortController()
    const reason = new Error('changed my mind')
    const endless = async function* () {
      for (let round = 0; ; round++) {
        if (round === 3) controller.abort(reason)
        yield sample(partSize)
      }
    }
    const upload = container.put('object', endless(), { partSize, signal: controller.signal })
    await rejectsWith(upload, reason, 'put')
    equal(await container.get('object').text(), 'old', 'contents')
    await nothingLeft(parts)
  }),

  'an upload in parts is not seen before its end': inParts(async ({ container, partSize }) => {
    let seen: boolean | undefined
    const bytes = [sample(partSize), sample(partSize, 2), sample(10, 3)]
    const source = async function* () {
      yield* bytes.slice(0, 2)
      seen = await container.exists('object')
      yield* bytes.slice(2)
    }
    await container.put('object', source(), { partSize })
    equal(seen, false, 'exists during the upload')
    sameBytes(await container.get('object').bytes(), joined(bytes), 'bytes read back')
  }),

  'a part size outside the provider’s limits is refused before anything is sent': inParts(
    async ({ container, driver, sent }) => {
      const limits = driver.features.multipart
      const bad = [0, -1, 1.5, (limits?.minPart ?? 0) - 1, (limits?.maxPart ?? 0) + 1]
      for (const partSize of bad) {
        const upload = () => container.put('object', 'x', { partSize })
        await rejects(upload, 'InvalidArgument', `partSize ${partSize}`)
      }
      for (const concurrency of [0, -1, 1.5]) {
        const upload = () => container.put('object', 'x', { concurrency })
        await rejects(upload, 'InvalidArgument', `concurrency ${concurrency}`)
      }
      sameList(sent, [], 'requests that reached the provider')
    },
  ),

  'an upload in parts replaces an object whole': inParts(async ({ container, partSize }) => {
    await container.put('object', sample(3 * partSize, 9), { partSize })
    const bytes = sample(partSize + 5, 2)
    await container.put('object', bytes, { partSize })
    sameBytes(await container.get('object').bytes(), bytes, 'bytes read back')
    await container.put('object', 'short')
    equal(await container.get('object').text(), 'short', 'contents')
  }),

  'parts into a missing container fail and name it': inParts(
    async ({ partSize, driver, context }) => {
      const missing = driver.container(context.containerName())
      const upload = missing.put('object', sample(partSize + 1), { partSize })
      const error = await rejects(upload, 'ContainerDoesNotExist', 'put')
      equal(error.container, missing.name, 'container in the error')
    },
  ),

  'two uploads in parts to one key leave one whole object': inParts(
    async ({ container, partSize, driver }) => {
      const contents = [sample(partSize + 1, 1), sample(partSize + 2, 2)] as const
      const puts = contents.map((bytes) => container.put('object', bytes, { partSize }))
      if (driver.features.multipart?.exclusivePerKey) {
        await Promise.allSettled(puts)
        return
      }
      await Promise.all(puts)
      const found = await container.get('object').bytes()
      sameBytes(found, contents[found.length === partSize + 1 ? 0 : 1], 'contents')
    },
  ),
})

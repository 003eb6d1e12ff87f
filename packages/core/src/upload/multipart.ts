import { reasonOf, throwIfAborted } from '../abort.ts'
import type { MultipartGroup, ObjectInfo, PartRef } from '../contract/backend.ts'
import { requireLength } from './announced-length.ts'
import { StorageError, withCleanupError } from '../errors/errors.ts'
import type { FilledPart } from './part-filler.ts'
import { PartFiller } from './part-filler.ts'
import { reportProgress, type ProgressTrack } from '../bytes/progress.ts'
import { sentBody, type SentBodyRequest } from './sent-body.ts'
import { unmarked } from '../errors/caller-failure.ts'
import type { Upload } from './upload.ts'

const MiB = 1024 * 1024
const defaultPartSize = 8 * MiB
const defaultConcurrency = 4
// Parts that had to grow would otherwise need `concurrency` times their size in memory.
const bufferBudget = 256 * MiB

/** How an upload in parts begins: by a known size, or by the first part of a stream whose end is not in sight. */
export type PartsStart =
  | { readonly size: number }
  | {
      readonly filler: PartFiller
      readonly first: FilledPart
      /** What the caller says the length is. */
      readonly announced?: number | undefined
    }

/** One part, ready to go. */
interface Part {
  readonly number: number
  readonly offset: number
  readonly size: number
  readonly last: boolean
  readonly source: Pick<SentBodyRequest, 'bytes' | 'replayable' | 'open'>
  readonly release: () => void
}

/**
 * Uploads in parts of one size. On failure the other parts are stopped and waited for, the upload is aborted, and the first error is thrown.
 */
export async function uploadInParts(upload: Upload, start: PartsStart): Promise<ObjectInfo> {
  const { backend, target, attributes, plan, call } = upload
  const { multipart } = backend
  if (multipart === undefined)
    throw new StorageError('UnsupportedOperation', 'this provider has no uploads in parts')
  const sizes = planSizes(upload, start)
  const id = await multipart.create({ ...target, ...attributes, ...plan.conditions }, call)
  try {
    throwIfAborted(call.signal)
    const parts = await sendParts(upload, multipart, id, start, sizes)
    throwIfAborted(call.signal)
    const size = parts.reduce((sum, part) => sum + part.size, 0)
    const request = { ...target, ...attributes, ...plan.conditions, upload: id, parts, size }
    return await multipart.complete(request, call)
  } catch (error) {
    // When nobody knows whether the object was published, aborting is harmless: a finished upload is gone.
    throw await aborted(upload, multipart, id, error)
  }
}

interface Sizes {
  readonly partSize: number
  readonly maxParts: number
  readonly maxObject: number
  readonly concurrency: number
}

function planSizes(upload: Upload, start: PartsStart): Sizes {
  const { backend, plan, source } = upload
  const limits = backend.features.multipart
  if (limits === undefined)
    throw new StorageError('UnsupportedOperation', 'this provider has no uploads in parts')
  const size = 'size' in start ? start.size : start.announced
  const partSize = partSizeOf(upload, size)
  const asked = limits.parallel ? (plan.transfer.concurrency ?? defaultConcurrency) : 1
  const buffered = source.slice === undefined
  const grown = partSize > partSizeOf(upload, undefined)
  const concurrency =
    buffered && grown ? Math.max(1, Math.min(asked, Math.floor(bufferBudget / partSize))) : asked
  const { maxParts, maxObject = Infinity } = limits
  return { partSize, maxParts, maxObject, concurrency }
}

/** The size of a part: what is asked for, made larger where an object of known size would need too many of them. */
export function partSizeOf({ backend, plan }: Upload, size: number | undefined): number {
  const limits = backend.features.multipart
  const asked = plan.transfer.partSize
  if (limits === undefined) return asked ?? defaultPartSize
  const { minPart, maxPart, maxParts, maxObject = Infinity } = limits
  const smallest = asked ?? Math.min(maxPart, Math.max(minPart, defaultPartSize))
  if (size !== undefined && size > maxObject) throw largerThan(maxObject, `${size} bytes are`)
  const needed = size === undefined ? 0 : Math.ceil(size / maxParts)
  if (needed > maxPart) {
    throw new StorageError(
      'TooLarge',
      `${size} bytes are more than ${maxParts} parts of ${maxPart} bytes, the most that this provider takes`,
    )
  }
  return needed <= smallest ? smallest : Math.min(maxPart, Math.ceil(needed / MiB) * MiB)
}

function largerThan(maxObject: number, what: string): StorageError {
  return new StorageError(
    'TooLarge',
    `${what} more than the largest object that this provider takes (${maxObject} bytes)`,
  )
}

async function sendParts(
  upload: Upload,
  multipart: MultipartGroup,
  id: string,
  start: PartsStart,
  sizes: Sizes,
): Promise<PartRef[]> {
  const { call, target, plan, attributes, stop, onProgress, onSent } = upload
  const progress = reportProgress(onProgress, 'size' in start ? start.size : start.announced)
  const done: PartRef[] = []
  const running = new Set<Promise<void>>()
  let failure: { error: unknown } | undefined
  const fail = (error: unknown): void => {
    failure ??= { error }
    stop.abort(unmarked(error))
  }
  const send = async (part: Part, track: ProgressTrack): Promise<void> => {
    const body = sentBody({
      size: part.size,
      ...part.source,
      hash: plan.transfer.verifyHash === true,
      track,
      onSent,
      signal: stop.signal,
    })
    const { number, offset, last } = part
    const { extensions } = attributes
    const ref = await multipart.uploadPart(
      {
        ...target,
        upload: id,
        number,
        offset,
        last,
        body,
        ...(extensions !== undefined && { extensions }),
      },
      call,
    )
    body.settle()
    track.reached(part.size)
    done.push({ ...ref, number, size: part.size, md5: body.md5() })
  }
  const parts =
    'size' in start
      ? knownParts(upload, start.size, sizes)
      : streamedParts(start.filler, start.first, sizes, start.announced)
  try {
    for await (const part of parts) {
      const task: Promise<void> = send(part, progress.track())
        .catch(fail)
        .finally(() => {
          part.release()
          running.delete(task)
        })
      running.add(task)
      if (running.size >= sizes.concurrency) await Promise.race(running)
      if (failure !== undefined || stop.signal.aborted) break
    }
  } catch (error) {
    fail(error)
  }
  await Promise.all(running)
  if (failure !== undefined) throw failure.error
  if (stop.signal.aborted) throw reasonOf(stop.signal)
  progress.finished()
  return done.toSorted((a, b) => a.number - b.number)
}

/** Parts of a source of known size: slices where it has them, else cut from its stream. */
async function* knownParts(
  { source, call }: Upload,
  size: number,
  sizes: Sizes,
): AsyncGenerator<Part, void, void> {
  const { slice } = source
  if (slice === undefined) {
    const filler = new PartFiller(source.open(), sizes.partSize, call.signal)
    yield* streamedParts(filler, await filler.fill(), sizes, size)
    return
  }
  const count = Math.max(1, Math.ceil(size / sizes.partSize))
  for (let number = 1; number <= count; number += 1) {
    const offset = (number - 1) * sizes.partSize
    const end = Math.min(size, offset + sizes.partSize)
    const bytes = source.bytes?.subarray(offset, end)
    yield {
      number,
      offset,
      size: end - offset,
      last: number === count,
      source: { bytes, replayable: true, open: () => slice(offset, end) },
      release: () => undefined,
    }
  }
}

async function* streamedParts(
  filler: PartFiller,
  first: FilledPart,
  { partSize, maxParts, maxObject }: Sizes,
  announced?: number,
): AsyncGenerator<Part, void, void> {
  let offset = 0
  let filled = first
  for (let number = 1; ; number += 1) {
    const { bytes, last, release } = filled
    const total = offset + bytes.byteLength
    requireLength(total, announced, last)
    if (total > maxObject) throw largerThan(maxObject, 'the source is')
    yield {
      number,
      offset,
      size: bytes.byteLength,
      last,
      source: { bytes, replayable: true, open: neverOpened },
      release,
    }
    if (last) return
    if (number === maxParts) {
      throw new StorageError(
        'TooLarge',
        `the source is longer than ${maxParts} parts of ${partSize} bytes, the most parts that this provider takes`,
        { hint: 'Raise option partSize, or pass the length as option size' },
      )
    }
    offset = total
    filled = await filler.fill()
  }
}

function neverOpened(): never {
  throw new StorageError('Unknown', 'a part in memory was opened as a stream')
}

/** Aborts the upload and gives the error to throw: the first one, with the failure of the abort attached if there was one. */
async function aborted(
  { call, target, onStranded }: Upload,
  multipart: MultipartGroup,
  id: string,
  error: unknown,
): Promise<unknown> {
  try {
    // Not with the caller's signal: a cancelled upload must be cleaned up too.
    await multipart.abort({ ...target, upload: id }, { operation: call.operation })
    return error
  } catch (abortError) {
    onStranded()
    return withCleanupError(error, abortError)
  }
}

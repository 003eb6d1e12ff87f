import { followingStop, throwIfAborted, type Stop } from '../abort.ts'
import type {
  Call,
  ObjectInfo,
  ObjectRequest,
  PutAttributes,
  StorageBackend,
} from '../contract/backend.ts'
import { requireLength } from './announced-length.ts'
import { StorageError } from '../errors/errors.ts'
import { partSizeOf, uploadInParts } from './multipart.ts'
import type { Progress } from '../surface/options.ts'
import { PartFiller } from './part-filler.ts'
import { reportProgress } from '../bytes/progress.ts'
import { sentBody } from './sent-body.ts'
import { unmarked } from '../errors/caller-failure.ts'
import type { OpenedSource } from './opened-source.ts'
import type { RunningUploads } from './running-uploads.ts'
import type { UploadPlan } from './upload-plan.ts'

const defaultThreshold = 16 * 1024 * 1024

/** What an upload is made of, all options checked. */
export interface UploadTask {
  readonly backend: StorageBackend
  readonly target: ObjectRequest
  readonly source: OpenedSource
  readonly attributes: PutAttributes
  readonly plan: UploadPlan
  readonly call: Call
  readonly onProgress: ((progress: Progress) => void) | undefined
  /** Called with every stretch of bytes that the backend takes, also when it takes them again. */
  readonly onSent: (bytes: number) => void
  /** Called when parts of a failed upload could not be removed. */
  readonly onStranded: () => void
  /** The uploads of the same driver. */
  readonly running: RunningUploads
}

/** An upload that goes on: `call` has the signal of `stop`, which ends all of it. */
export interface Upload extends UploadTask {
  readonly stop: Stop
}

/**
 * Sends a source as one put or as parts. One put, when it is small enough, or when the provider takes a stream without its length; parts, when
 * it is large, or when its length shows only at the end.
 */
export async function upload(task: UploadTask): Promise<ObjectInfo> {
  const { call, source } = task
  const size = settleSize(task)
  // Bytes in one put need nothing that could be stopped but the put itself.
  if (source.bytes !== undefined && size !== undefined && !goesInParts(task, size)) {
    return putKnown(task, size)
  }
  // Everything that reads the source listens here, and not to the caller's signal, which may outlive thousands of uploads.
  const { stop, release } = followingStop(call.signal)
  const ended = task.running.begin(stop)
  try {
    throwIfAborted(stop.signal)
    const upload = { ...task, call: { ...call, signal: stop.signal }, stop }
    return await send(upload, size)
  } catch (error) {
    stop.abort(unmarked(error))
    throw error
  } finally {
    release()
    ended()
  }
}

async function send(upload: Upload, size: number | undefined): Promise<ObjectInfo> {
  const { source, backend } = upload
  if (size === undefined) return uploadStreamed(upload)
  // Signing over plain http needs the hash of a body before its first byte is sent.
  if (!source.replayable && !backend.features.put.oneShot) return uploadStreamed(upload, size)
  return goesInParts(upload, size) ? uploadInParts(upload, { size }) : putKnown(upload, size)
}

function settleSize({ source, plan }: UploadTask): number | undefined {
  if (source.size !== undefined && plan.size !== undefined && source.size !== plan.size) {
    throw new StorageError(
      'InvalidArgument',
      `option size says ${plan.size} bytes, but the source has ${source.size}`,
    )
  }
  return source.size ?? plan.size
}

function goesInParts(task: UploadTask, size: number): boolean {
  const { maxBytes } = task.backend.features.put
  return canUseParts(task) && (size >= threshold(task) || size > maxBytes)
}

async function putKnown(task: UploadTask, size: number): Promise<ObjectInfo> {
  const { source, backend } = task
  const { maxBytes } = backend.features.put
  if (size > maxBytes) {
    throw new StorageError('TooLarge', `${size} bytes are more than one put takes (${maxBytes})`, {
      hint: isConditional(task)
        ? 'This provider ignores conditions on uploads in parts: leave the condition out'
        : 'This provider has no uploads in parts',
    })
  }
  return putWhole(task, size, {
    bytes: source.bytes,
    replayable: source.replayable,
    open: () => source.open(),
  })
}

/** A source that is cut into parts as it comes: one put if it ends within the first. */
async function uploadStreamed(upload: Upload, announced?: number): Promise<ObjectInfo> {
  const { backend, plan, source, call } = upload
  const wantsParts = plan.transfer.partSize !== undefined && canUseParts(upload)
  // A stream that may outgrow the largest put is safer in parts, where the provider has them.
  const unbounded = backend.features.put.maxBytes === Infinity || !canUseParts(upload)
  if (announced === undefined && backend.features.put.unknownLength && unbounded && !wantsParts) {
    return putWhole(upload, undefined, { replayable: source.replayable, open: () => source.open() })
  }
  const partSize = partSizeOf(upload, announced)
  const filler = new PartFiller(source.open(), partSize, call.signal)
  const first = await filler.fill()
  if (first.last) {
    const { bytes } = first
    requireLength(bytes.byteLength, announced, true)
    return putWhole(upload, bytes.byteLength, {
      bytes,
      replayable: true,
      open: () => source.open(),
    })
  }
  if (!canUseParts(upload)) {
    throw new StorageError(
      'UnsupportedOperation',
      isConditional(upload)
        ? `the source is longer than ${partSize} bytes, and this provider ignores conditions on uploads in parts`
        : `the source is longer than ${partSize} bytes, and this provider takes longer ones only ${announced === undefined ? 'when their length is known' : 'from a source that can be read twice'}`,
      {
        hint:
          announced === undefined && backend.features.put.oneShot
            ? 'Pass the length as option size, or a source that knows it, such as a file or a Blob'
            : 'Pass a source that can be read twice, such as a file or a Blob',
      },
    )
  }
  return uploadInParts(upload, { filler, first, announced })
}

async function putWhole(
  { backend, target, attributes, plan, call, onProgress, onSent }: UploadTask,
  size: number | undefined,
  source: Pick<OpenedSource, 'bytes' | 'replayable' | 'open'>,
): Promise<ObjectInfo> {
  const progress = reportProgress(onProgress, size)
  const track = progress.track()
  const hash = plan.transfer.verifyHash === true
  const { bytes, replayable, open } = source
  const { signal } = call
  const body = sentBody({ size, bytes, replayable, open, hash, track, onSent, signal })
  const info = await backend.putObject({ ...target, ...attributes, ...plan.conditions, body }, call)
  body.settle()
  track.reached(info.size)
  progress.finished()
  // Only then: hashing bytes in memory that nobody compares would be for nothing.
  if (info.md5 !== undefined) checkHash(info.md5, body.md5())
  return info
}

function checkHash(stored: string, sent: string | undefined): void {
  if (sent === undefined || sent === stored) return
  throw new StorageError(
    'ObjectHashMismatch',
    `the provider stored other bytes than were sent: MD5 ${stored} instead of ${sent}`,
    { hint: 'The object is there, damaged: upload it again or delete it' },
  )
}

function threshold({ plan, backend }: UploadTask): number {
  const { multipartThreshold, partSize } = plan.transfer
  if (multipartThreshold !== undefined) return multipartThreshold
  if (partSize !== undefined) return partSize + 1
  return backend.features.put.unknownLength ? Infinity : defaultThreshold
}

function isConditional({ plan }: UploadTask): boolean {
  return plan.conditions.ifMatch !== undefined || plan.conditions.ifNoneMatch !== undefined
}

/** A conditional upload goes in parts only where completing one is known to hold the condition. */
function canUseParts({ backend, plan }: UploadTask): boolean {
  const { conditions } = backend.features
  return (
    backend.multipart !== undefined &&
    backend.features.multipart !== undefined &&
    (plan.conditions.ifMatch === undefined || conditions.complete.includes('ifMatch')) &&
    (plan.conditions.ifNoneMatch === undefined || conditions.complete.includes('ifNoneMatch'))
  )
}

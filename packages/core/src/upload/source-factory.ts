import type { BodyReader } from '../contract/body.ts'
import { failWith } from '../errors/caller-failure.ts'
import type { OpenedSource } from './opened-source.ts'

/** A function's result is opened at once, to learn its size; when it can be read once only, later reads call the function again. */
export async function openFactory(
  make: () => unknown,
  openValue: (value: unknown) => Promise<OpenedSource>,
): Promise<OpenedSource> {
  const first = await openValue(await callFactory(make))
  if (first.replayable) return first
  let unused: OpenedSource | undefined = first
  const opened = [first]
  return {
    size: first.size,
    described: first.described,
    replayable: true,
    open() {
      if (unused !== undefined) {
        unused = undefined
        return first.open()
      }
      return deferredReader(async () => {
        const again = await openValue(await callFactory(make))
        opened.push(again)
        return again.open()
      })
    },
    async close(reason) {
      for (const each of opened) await each.close(reason)
    },
  }
}

async function callFactory(make: () => unknown): Promise<unknown> {
  try {
    return await make()
  } catch (error) {
    throw failWith(error)
  }
}

function deferredReader(open: () => Promise<BodyReader>): BodyReader {
  let opening: Promise<BodyReader> | undefined
  let reader: BodyReader | undefined
  let cancelled = false
  return {
    async read() {
      if (cancelled) return undefined
      opening ??= open()
      reader ??= await opening
      return cancelled ? undefined : reader.read()
    },
    async cancel(reason) {
      cancelled = true
      if (reader !== undefined) await reader.cancel(reason)
      // Nobody waits for a source that is only about to be made.
      else opening?.then((late) => late.cancel(reason)).catch(() => undefined)
    },
  }
}

import type { Progress } from '@cloudstore/core'
import { check, equal } from '../assert.ts'
import { group, type ConformanceCase } from '../case.ts'
import { kibi, sample } from '../samples.ts'

const bytes = sample(300 * kibi)

export const progress: readonly ConformanceCase[] = group('progress', {
  'progress of a download only grows and ends at the size': async (context) => {
    const container = await context.container()
    await container.put('object.bin', bytes)
    const seen: Progress[] = []
    await container.get('object.bin', { onProgress: (step) => seen.push({ ...step }) }).bytes()
    check(seen.length > 0, 'no progress was reported')
    let before = 0
    for (const { loaded } of seen) {
      check(loaded >= before, `loaded went back from ${before} to ${loaded}`)
      before = loaded
    }
    equal(before, bytes.length, 'loaded at the end')
    equal(seen.at(-1)?.total, bytes.length, 'total')
  },

  'progress of an upload only grows and ends at the size': async (context) => {
    const container = await context.container()
    for (const source of [bytes, [bytes.subarray(0, 1000), bytes.subarray(1000)]]) {
      let last: Progress = { loaded: 0 }
      await container.put('object', source, {
        onProgress: (step) => {
          const { loaded, total } = step
          check(loaded >= last.loaded, `loaded went back from ${last.loaded} to ${loaded}`)
          check(total === undefined || total === bytes.length, `total is ${total}`)
          last = step
        },
      })
      equal(last.loaded, bytes.length, 'loaded at the end')
      equal(last.total, bytes.length, 'total at the end')
    }
  },

  'progress of nothing is reported once, as 0 of 0': async (context) => {
    const container = await context.container()
    const seen: Progress[] = []
    const onProgress = (step: Progress) => seen.push(step)
    const reportedOnce = (what: string) => {
      equal(seen.length, 1, `reports of ${what}`)
      equal(seen[0]?.loaded, 0, `loaded of ${what}`)
      equal(seen[0]?.total, 0, `total of ${what}`)
      seen.length = 0
    }
    await container.put('empty', '', { onProgress })
    reportedOnce('an upload of no bytes')
    await container.put('empty', [], { onProgress })
    reportedOnce('an upload of no chunks')
    await container.get('empty', { onProgress }).bytes()
    reportedOnce('a download')
    for await (const chunk of container.get('empty', { onProgress })) {
      check(chunk.length > 0, 'an empty chunk')
    }
    reportedOnce('a loop')
  },

  'what a progress listener throws is rethrown unchanged': async (context) => {
    const container = await context.container()
    await container.put('object.bin', bytes)
    const reason = new Error('of the listener')
    const onProgress = () => {
      throw reason
    }
    for (const work of [
      container.put('other', bytes, { onProgress }),
      container.get('object.bin', { onProgress }).bytes(),
    ]) {
      const end = await work.then(
        () => undefined,
        (error: unknown) => error,
      )
      check(end === reason, 'the listener’s error was changed or swallowed')
    }
  },
})

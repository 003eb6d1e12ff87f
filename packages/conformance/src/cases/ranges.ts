import type { ByteRange, Container } from '@cloudstore/core'
import { equal, rejects, sameBytes, sameList } from '../assert.ts'
import { group, type ConformanceCase, type ConformanceContext } from '../case.ts'
import { kibi, sample } from '../samples.ts'

const bytes = sample(100 * kibi)
const size = bytes.length

async function withObject(context: ConformanceContext): Promise<Container> {
  const container = await context.container()
  await container.put('object', bytes)
  return container
}

function gives(range: ByteRange, expected: Uint8Array) {
  return async (context: ConformanceContext): Promise<void> => {
    const container = await withObject(context)
    const stream = container.get('object', { range })
    sameBytes(await stream.bytes(), expected, 'bytes by container.get')
    const { driver } = context
    const object = driver.object(container, 'object')
    const inline = driver.downloadObjectRangeAsStream(object, range.start, range.end)
    sameBytes(await inline.bytes(), expected, 'bytes by downloadObjectRangeAsStream')
  }
}

export const ranges: readonly ConformanceCase[] = group('ranges', {
  'start is inclusive and end exclusive': gives({ start: 10, end: 20 }, bytes.subarray(10, 20)),
  'one byte': gives({ start: 7, end: 8 }, bytes.subarray(7, 8)),
  'the first byte': gives({ start: 0, end: 1 }, bytes.subarray(0, 1)),
  'the last byte': gives({ start: size - 1, end: size }, bytes.subarray(size - 1)),
  'without an end, to the end of the object': gives({ start: 50_000 }, bytes.subarray(50_000)),
  'the whole object': gives({ start: 0, end: size }, bytes),
  'from 0 without an end': gives({ start: 0 }, bytes),
  'an end after the object is the end of the object': gives(
    { start: 50_000, end: size * 10 },
    bytes.subarray(50_000),
  ),
  'an end far beyond 32 bits is the end of the object': gives(
    { start: size - 3, end: Number.MAX_SAFE_INTEGER },
    bytes.subarray(size - 3),
  ),

  'consecutive ranges make the whole object': async (context) => {
    const container = await withObject(context)
    const step = 33_333
    for (let start = 0; start < size; start += step) {
      const part = await container.get('object', { range: { start, end: start + step } }).bytes()
      sameBytes(part, bytes.subarray(start, start + step), `bytes from ${start}`)
    }
  },

  'a range tells the size of the whole object': async (context) => {
    const container = await withObject(context)
    const stream = container.get('object', { range: { start: 10, end: 20 } })
    equal((await stream.info()).size, size, 'size by info()')
    await stream.cancel()
  },

  'a start at the end of the object is InvalidRange': async (context) => {
    const container = await withObject(context)
    const error = await rejects(
      () => container.get('object', { range: { start: size } }).bytes(),
      'InvalidRange',
      'get',
    )
    equal(error.key, 'object', 'key in the error')
    await rejects(
      () => container.get('object', { range: { start: size, end: size + 10 } }).bytes(),
      'InvalidRange',
      'get with an end',
    )
  },

  'a start after the end of the object is InvalidRange': async (context) => {
    const container = await withObject(context)
    await rejects(
      () => container.get('object', { range: { start: size + 1000 } }).info(),
      'InvalidRange',
      'info',
    )
  },

  'an empty object has no range, but can be read whole': async (context) => {
    const container = await context.container()
    await container.put('empty', '')
    await rejects(
      () => container.get('empty', { range: { start: 0 } }).bytes(),
      'InvalidRange',
      'range from 0',
    )
    equal((await container.get('empty').bytes()).length, 0, 'bytes of the empty object')
  },

  'bad ranges are refused before anything is sent': async (context) => {
    const { driver, sent } = context.recording()
    const container = driver.container((await context.container()).name)
    const bad: ByteRange[] = [
      { start: -1 },
      { start: 5, end: 5 },
      { start: 5, end: 4 },
      { start: 0, end: -1 },
      { start: 1.5 },
      { start: 0, end: 2.5 },
      { start: Number.NaN },
      { start: Number.POSITIVE_INFINITY },
      { start: Number.MAX_SAFE_INTEGER + 1 },
      { start: '1' as unknown as number },
      {} as ByteRange,
      { start: 0, length: 5 } as ByteRange,
    ]
    for (const range of bad) {
      await rejects(
        () => container.get('object', { range }).bytes(),
        ['InvalidRange', 'InvalidArgument'],
        `get with range ${JSON.stringify(range)}`,
      )
    }
    const object = driver.object(container, 'object')
    for (const [start, end] of [[-1], [5, 5], [5, 4], [0.5]] as [number, number?][]) {
      await rejects(
        () => driver.downloadObjectRangeAsStream(object, start, end).bytes(),
        ['InvalidRange', 'InvalidArgument'],
        `downloadObjectRangeAsStream from ${start} to ${end}`,
      )
    }
    sameList(sent, [], 'requests that reached the provider')
  },

  'a bad range fails when the stream is read, not when it is made': async (context) => {
    const container = await context.container()
    const stream = container.get('object', { range: { start: -1 } })
    await rejects(() => stream.info(), ['InvalidRange', 'InvalidArgument'], 'info')
  },

  'a range of a missing object is ObjectDoesNotExist': async (context) => {
    const container = await context.container()
    await rejects(
      () => container.get('missing', { range: { start: 0, end: 5 } }).bytes(),
      'ObjectDoesNotExist',
      'get',
    )
  },

  'a range given both by position and as an option is refused': async (context) => {
    const { driver } = context
    const object = driver.object(await withObject(context), 'object')
    await rejects(
      () => driver.downloadObjectRangeAsStream(object, 0, 5, { range: { start: 1 } }).bytes(),
      'InvalidArgument',
      'downloadObjectRangeAsStream',
    )
  },
})

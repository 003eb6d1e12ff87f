import type { UploadSource } from '@cloudstore/core'
import { equal, rejects, rejectsWith, sameBytes } from '../assert.ts'
import { group, notApplicable, type ConformanceCase, type ConformanceContext } from '../case.ts'
import { builtin } from '../platform.ts'
import { kibi, mebi, pieces, sample, utf8 } from '../samples.ts'

type Source = UploadSource | Promise<UploadSource>

/** A case that uploads the source and reads it back. */
function stores(source: (context: ConformanceContext) => Source, expected: Uint8Array | string) {
  return async (context: ConformanceContext): Promise<void> => {
    const bytes = typeof expected === 'string' ? utf8(expected) : expected
    const container = await context.container()
    const stored = await container.put('object', await source(context))
    equal(stored.size, bytes.length, 'size of the object that put gives')
    equal((await container.head('object')).size, bytes.length, 'size by head')
    sameBytes(await container.get('object').bytes(), bytes, 'bytes read back')
  }
}

const some = sample(70 * kibi)
const threeParts = [some.subarray(0, 1), some.subarray(1, 40_000), some.subarray(40_000)]

async function* inTurn<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) {
    await Promise.resolve()
    yield item
  }
}

function* atOnce<T>(items: readonly T[]): Generator<T> {
  yield* items
}

function webStream<T>(items: readonly T[]): ReadableStream<T> {
  const queue = items.values()
  return new ReadableStream<T>({
    pull(controller) {
      const next = queue.next()
      if (next.done) controller.close()
      else controller.enqueue(next.value)
    },
  })
}

export const bodies: readonly ConformanceCase[] = group('bodies', {
  'a string is stored as UTF-8': stores(() => 'Grüße 😀\n', 'Grüße 😀\n'),
  'an empty string is an empty object': stores(() => '', ''),
  'a Uint8Array is stored': stores(() => some, some),
  'a view into a larger buffer is stored alone': stores(
    () => some.subarray(1000, 2000),
    some.slice(1000, 2000),
  ),
  'an ArrayBuffer is stored': stores(() => some.slice().buffer, some),
  'a Blob is stored': stores(() => new Blob([some]), some),
  'a slice of a Blob is stored': stores(
    () => new Blob([some]).slice(10, 5000),
    some.slice(10, 5000),
  ),
  'a web stream of bytes is stored': stores(() => webStream(threeParts), some),
  'a web stream of strings is stored': stores(() => webStream(['a', 'ü', '']), 'aü'),
  'an array of chunks is stored': stores(() => threeParts, some),
  'a Set of strings is stored': stores(() => new Set(['a', 'b', 'ü']), 'abü'),
  'a sync generator is stored': stores(() => atOnce(threeParts), some),
  'an async generator is stored': stores(() => inTurn(threeParts), some),
  'bytes and strings may be mixed': stores(() => inTurn(['a', utf8('ü'), 'c']), 'aüc'),
  'an empty chunk in the middle is not the end': stores(
    () => inTurn([utf8('a'), new Uint8Array(0), '', utf8('b'), new Uint8Array(0)]),
    'ab',
  ),
  'an iterable without chunks is an empty object': stores(() => inTurn<Uint8Array>([]), ''),
  'a function that returns bytes is called': stores(() => () => some, some),
  'a function that returns a stream is called': stores(() => () => webStream(threeParts), some),
  'an async function is awaited': stores(() => async () => inTurn(threeParts), some),

  'a File is stored, and its type is not lost': async (context) => {
    if (typeof File !== 'function') notApplicable('this runtime has no File')
    const container = await context.container()
    const file = new File([some], 'name.bin', { type: 'image/x-conformance' })
    await container.put('object', file)
    sameBytes(await container.get('object').bytes(), some, 'bytes read back')
    const { contentType } = await container.head('object')
    equal(contentType, 'image/x-conformance', 'content type')
  },

  'a Node Readable is stored': async (context) => {
    const stream = builtin('node:stream')
    if (!stream) notApplicable('this runtime has no Node streams')
    await stores(() => stream.Readable.from(threeParts), some)(context)
    await stores(
      () => stream.Readable.from([utf8('a'), utf8('ü')], { objectMode: false }),
      'aü',
    )(context)
  },

  'an object that is being read is stored, with its type and metadata': async (context) => {
    const container = await context.container()
    const metadata = context.driver.features.metadata ? { colour: 'blue' } : undefined
    await container.put('from', some, { contentType: 'text/x-conformance', metadata })
    await container.put('to', container.get('from'))
    sameBytes(await container.get('to').bytes(), some, 'bytes read back')
    const copy = await container.head('to')
    equal(copy.metadata?.['colour'], metadata?.colour, 'metadata')
    if (context.driver.features.attributes.includes('contentType')) {
      equal(copy.contentType, 'text/x-conformance', 'content type')
    }
  },

  'without verifyHash the same bytes are stored and read': async (context) => {
    const container = await context.container()
    await container.put('object', some, { verifyHash: false })
    await container.put('stream', inTurn(threeParts), { verifyHash: false })
    for (const key of ['object', 'stream']) {
      sameBytes(await container.get(key, { verifyHash: false }).bytes(), some, 'bytes unverified')
      sameBytes(await container.get(key).bytes(), some, 'bytes verified')
    }
  },

  'what is no source is refused before anything is sent': async (context) => {
    const { driver, sent } = context.recording()
    const container = driver.container((await context.container()).name)
    const nonsense = [undefined, null, 7, true, {}, { path: '/etc/hosts' }]
    for (const source of nonsense as unknown as UploadSource[]) {
      await rejects(() => container.put('object', source), 'InvalidArgument', String(source))
    }
    equal(sent.length, 0, 'requests that reached the provider')
  },

  'a chunk that is neither bytes nor text is refused, and nothing is stored': async (context) => {
    const container = await context.container()
    for (const chunk of [7, null, { length: 3 }, [1, 2]]) {
      const source = inTurn(['good', chunk]) as unknown as UploadSource
      await rejects(() => container.put('object', source), 'InvalidArgument', JSON.stringify(chunk))
    }
    equal(await container.exists('object'), false, 'exists')
  },

  'bytes are the caller’s: changing them after put changes nothing stored': async (context) => {
    const container = await context.container()
    const bytes = some.slice()
    await container.put('object', bytes)
    bytes.fill(0)
    const read = await container.get('object').bytes()
    sameBytes(read, some, 'bytes after the caller changed its own')
    read.fill(0)
    sameBytes(await container.get('object').bytes(), some, 'bytes after a reader changed its own')
  },

  'the error of a source is rethrown unchanged, and the old object stays': async (context) => {
    const container = await context.container()
    await container.put('object', 'old')
    const reason = new Error('the disk of the caller is gone')
    const failing = async function* () {
      yield utf8('new')
      throw reason
    }
    await rejectsWith(() => container.put('object', failing()), reason, 'put of a failing source')
    await rejectsWith(
      () =>
        container.put('object', () => {
          throw reason
        }),
      reason,
      'put of a function that throws',
    )
    equal(await container.get('object').text(), 'old', 'contents')
    equal(await container.exists('object'), true, 'exists')
  },

  'a source is told to stop when the upload fails': async (context) => {
    let cancelled = false
    const source = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(some),
      cancel: () => {
        cancelled = true
      },
    })
    const missing = context.driver.container(context.containerName())
    await rejects(
      () => missing.put('object', source, { size: 100 * mebi }),
      'ContainerDoesNotExist',
      'put into a missing container',
    )
    equal(cancelled, true, 'whether the stream was cancelled')
  },
})

const sizes: readonly [name: string, size: number][] = [
  ['0 bytes', 0],
  ['1 byte', 1],
  ['5 MiB - 1', 5 * mebi - 1],
  ['5 MiB', 5 * mebi],
  ['5 MiB + 1', 5 * mebi + 1],
]

export const bodySizes: readonly ConformanceCase[] = sizes.flatMap(([name, size]) =>
  group('bodies', {
    [`${name} in memory`]: (context) => stores(() => sample(size), sample(size))(context),

    [`${name} from a stream that says its length`]: async (context) => {
      const container = await context.container()
      const bytes = sample(size)
      await container.put('object', pieces(bytes), { size })
      sameBytes(await container.get('object').bytes(), bytes, 'bytes read back')
    },

    [`${name} from a stream of unknown length`]: (context) =>
      stores(() => pieces(sample(size)), sample(size))(context),
  }),
)

export const declaredSizes: readonly ConformanceCase[] = group('bodies', {
  'a source shorter than its declared size fails, and the old object stays': async (context) => {
    const container = await context.container()
    await container.put('object', 'old')
    for (const source of [some, 'text', inTurn([utf8('abc')])]) {
      await rejects(
        () => container.put('object', source, { size: 100_000 }),
        'InvalidArgument',
        'put',
      )
    }
    equal(await container.get('object').text(), 'old', 'contents')
  },

  'a source longer than its declared size fails, and the old object stays': async (context) => {
    const container = await context.container()
    await container.put('object', 'old')
    for (const source of [some, 'text', inTurn([utf8('abc'), utf8('def')])]) {
      await rejects(() => container.put('object', source, { size: 3 }), 'InvalidArgument', 'put')
    }
    equal(await container.get('object').text(), 'old', 'contents')
  },

  'a size that is no count of bytes is refused before anything is sent': async (context) => {
    const { driver, sent } = context.recording()
    const container = driver.container((await context.container()).name)
    for (const size of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '3' as unknown as number]) {
      await rejects(
        () => container.put('object', inTurn(['abc']), { size }),
        'InvalidArgument',
        `size ${size}`,
      )
    }
    equal(sent.length, 0, 'requests that reached the provider')
  },
})

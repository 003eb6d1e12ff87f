import { describe, expect, test } from '@jest/globals'
import { PassThrough, Readable } from 'node:stream'
import { unmarked } from '../../src/errors/caller-failure.ts'
import { openSource } from '../../src/upload/source.ts'
import { failure, inTurn, textFrom } from '../support/readers.ts'

describe('functions', () => {
  test('are called once for one reading, and again for every other', async () => {
    let calls = 0
    const opened = await openSource(() => {
      calls += 1
      return inTurn([`call ${calls}`])
    })
    expect(calls).toBe(1)
    expect(await textFrom(opened.open())).toBe('call 1')
    expect(await textFrom(opened.open())).toBe('call 2')
    expect(calls).toBe(2)
  })

  test('what they throw is the caller’s', async () => {
    const own = new Error('own')
    const opening = openSource(() => {
      throw own
    })
    expect(unmarked(await opening.catch((error: unknown) => error))).toBe(own)
    let calls = 0
    const opened = await openSource(() => {
      calls += 1
      return calls === 1 ? inTurn(['x']) : failure(own)
    })
    opened.open()
    const read = Promise.resolve(opened.open().read())
    expect(unmarked(await read.catch((error: unknown) => error))).toBe(own)
  })

  test('closing closes all that they made', async () => {
    const made: Readable[] = []
    const opened = await openSource(() => {
      const stream = Readable.from(['a', 'b'])
      made.push(stream)
      return stream
    })
    await opened.open().read()
    await opened.open().read()
    await opened.close()
    expect(made.map(({ destroyed }) => destroyed)).toEqual([true, true])
  })

  test('a source that is made too late is closed', async () => {
    let give: (stream: Readable) => void = () => undefined
    let calls = 0
    const opened = await openSource(() => {
      calls += 1
      if (calls === 1) return inTurn(['x'])
      return new Promise<Readable>((resolve) => {
        give = resolve
      })
    })
    opened.open()
    const second = opened.open()
    const waiting = second.read()
    await second.cancel()
    const late = new PassThrough()
    give(late)
    await new Promise((resolve) => late.once('close', resolve))
    expect(await waiting).toBeUndefined()
  })
})

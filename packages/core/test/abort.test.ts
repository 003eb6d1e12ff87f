import { describe, expect, test } from '@jest/globals'
import {
  followingStop,
  newStop,
  onAbort,
  platformSignal,
  reasonOf,
  throwIfAborted,
  untilAborted,
  type Stop,
} from '../src/abort.ts'
import { listenedSignal } from './support/listened-signal.ts'
import { thrownBy } from './support/thrown-by.ts'

describe('the reason', () => {
  test('is thrown as it is, whatever it is', () => {
    for (const reason of ['text', 0, null, false, new Error('mine')]) {
      expect(thrownBy(() => throwIfAborted(AbortSignal.abort(reason)))).toBe(reason)
    }
  })

  test('is made up for signals that have none', () => {
    const error = reasonOf({ ...listenedSignal().signal, aborted: true })
    expect(error).toMatchObject({ name: 'AbortError', message: 'The operation was aborted' })
  })

  test('nothing is thrown without a signal or before the abort', () => {
    expect(throwIfAborted(undefined)).toBeUndefined()
    expect(throwIfAborted(new AbortController().signal)).toBeUndefined()
  })
})

describe('onAbort', () => {
  test('tells everybody who is interested, by one listener', () => {
    const { signal, listeners, abort } = listenedSignal()
    const heard: unknown[] = []
    for (let count = 0; count < 50; count += 1) onAbort(signal, (reason) => heard.push(reason))
    expect(listeners()).toBe(1)
    abort('stop')
    expect(heard).toEqual(Array.from({ length: 50 }, () => 'stop'))
    expect(listeners()).toBe(0)
  })

  test('leaves no listener behind when nobody is interested any more', () => {
    const { signal, listeners } = listenedSignal()
    const stops = [onAbort(signal, () => undefined), onAbort(signal, () => undefined)]
    stops[0]?.()
    expect(listeners()).toBe(1)
    stops[1]?.()
    expect(listeners()).toBe(0)
    stops[1]?.()
    onAbort(signal, () => undefined)
    expect(listeners()).toBe(1)
  })

  test('does not tell those who stopped listening, also while it tells the others', () => {
    const { signal, abort } = listenedSignal()
    const heard: string[] = []
    const stops: (() => void)[] = []
    onAbort(signal, () => {
      heard.push('first')
      for (const stop of stops) stop()
    })
    stops.push(onAbort(signal, () => heard.push('second')))
    abort('stop')
    expect(heard).toEqual(['first'])
  })

  test('tells at once when the signal has aborted, and does not listen', () => {
    const { signal, listeners, abort } = listenedSignal()
    abort('earlier')
    const heard: unknown[] = []
    onAbort(signal, (reason) => heard.push(reason))()
    expect(heard).toEqual(['earlier'])
    expect(listeners()).toBe(0)
  })

  test('without a signal there is nothing to hear', () => {
    const stop = onAbort(undefined, () => {
      throw new Error('heard')
    })
    expect(stop()).toBeUndefined()
  })
})

describe('newStop', () => {
  test('tells by onAbort and by events, with the reason, once', () => {
    const { signal, abort } = newStop()
    const heard: unknown[] = []
    onAbort(signal, (reason) => heard.push(reason))
    const quiet = onAbort(signal, () => heard.push('should be quiet'))
    signal.addEventListener('abort', () => heard.push('event'))
    quiet()
    abort('stop')
    abort('again')
    expect(heard).toEqual(['stop', 'event'])
    onAbort(signal, (reason) => heard.push(reason))
    expect(heard.at(-1)).toBe('stop')
  })

  test('without a reason it has one all the same', () => {
    const { signal, abort } = newStop()
    abort(undefined)
    expect(signal.reason).toMatchObject({ name: 'AbortError' })
  })

  test('tells everybody but those who left, also when they leave while it tells', () => {
    const { signal, abort } = newStop()
    const heard: string[] = []
    const same = (): void => void heard.push('same')
    const leaving: (() => void)[] = []
    onAbort(signal, () => {
      heard.push('first')
      for (const leave of leaving) leave()
    })
    onAbort(signal, same)
    onAbort(signal, same)
    leaving.push(onAbort(signal, () => heard.push('left')))
    abort('stop')
    expect(heard).toEqual(['first', 'same', 'same'])
  })

  test('listeners of events count once, and can be taken off', () => {
    const { signal, abort } = newStop()
    const heard: string[] = []
    const twice = (): void => void heard.push('twice')
    const never = (): void => void heard.push('never')
    signal.addEventListener('abort', twice)
    signal.addEventListener('abort', twice)
    signal.addEventListener('abort', never)
    signal.removeEventListener('abort', never)
    signal.removeEventListener('abort', never)
    abort('stop')
    signal.addEventListener('abort', never)
    expect(heard).toEqual(['twice'])
  })
})

describe('platformSignal', () => {
  test('is a signal of the runtime that aborts with ours, with its reason', () => {
    const { signal, abort } = newStop()
    const own = platformSignal(signal)
    expect(own).toBeInstanceOf(AbortSignal)
    expect(platformSignal(signal)).toBe(own)
    abort('stop')
    expect([own.aborted, own.reason]).toEqual([true, 'stop'])
    expect(platformSignal(newAborted('earlier'))).toMatchObject({
      aborted: true,
      reason: 'earlier',
    })
  })

  test('leaves a signal of the runtime as it is, and listens to a foreign one once', () => {
    const { signal } = new AbortController()
    expect(platformSignal(signal)).toBe(signal)
    expect(platformSignal(undefined)).toBeUndefined()
    const foreign = listenedSignal()
    platformSignal(foreign.signal)
    const own = platformSignal(foreign.signal)
    expect(foreign.listeners()).toBe(1)
    foreign.abort('stop')
    expect(own.reason).toBe('stop')
  })

  test('is what fetch wants', async () => {
    const { signal, abort } = newStop()
    const answer = fetch('data:,hello', { signal: platformSignal(signal) })
    abort(new Error('not now'))
    await expect(answer).rejects.toThrow('not now')
  })
})

function newAborted(reason: string): Stop['signal'] {
  const { signal, abort } = newStop()
  abort(reason)
  return signal
}

describe('followingStop', () => {
  test('aborts with the reason of the outer signal, at once when that has aborted', () => {
    const outer = new AbortController()
    const { stop } = followingStop(outer.signal)
    const heard: unknown[] = []
    onAbort(stop.signal, (reason) => heard.push(reason))
    outer.abort('outer')
    expect([stop.signal.reason, ...heard]).toEqual(['outer', 'outer'])
    expect(followingStop(outer.signal).stop.signal.reason).toBe('outer')
  })

  test('once released it follows no more and is not listened for', () => {
    const { signal, listeners, abort } = listenedSignal()
    const { stop, release } = followingStop(signal)
    release()
    expect(listeners()).toBe(0)
    abort('late')
    expect(stop.signal.aborted).toBe(false)
  })
})

describe('untilAborted', () => {
  test('passes on what comes first', async () => {
    const { signal, listeners } = listenedSignal()
    expect(await untilAborted(Promise.resolve(7), signal)).toBe(7)
    await expect(untilAborted(Promise.reject(new Error('own')), signal)).rejects.toThrow('own')
    expect(listeners()).toBe(0)
  })

  test('rejects at once on abort; what comes later is handed over to be released', async () => {
    const { signal, abort } = listenedSignal()
    let resolve: (value: string) => void = () => undefined
    const late: string[] = []
    const waiting = untilAborted(
      new Promise<string>((done) => {
        resolve = done
      }),
      signal,
      (value) => late.push(value),
    )
    abort('stop')
    await expect(waiting).rejects.toBe('stop')
    resolve('too late')
    await Promise.resolve()
    expect(late).toEqual(['too late'])
  })

  test('a late failure is nobody’s', async () => {
    const failing = (async () => {
      await Promise.resolve()
      throw new Error('late')
    })()
    await expect(untilAborted(failing, AbortSignal.abort('stop'))).rejects.toBe('stop')
  })
})

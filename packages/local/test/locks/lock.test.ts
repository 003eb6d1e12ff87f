import { link, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, jest, test } from '@jest/globals'
import { locked } from '../../src/locks/lock.ts'
import type { LockTiming } from '../../src/locks/timing.ts'
import { storeDoor, type Store } from '../../src/root/store.ts'
import { endOf, messageOf, startChild } from '../support/child.ts'
import { emptyFolder, leftovers, openDriver } from '../support/root.ts'

async function openStore(root: string, timing?: LockTiming): Promise<Store> {
  return storeDoor({ root, createRoot: true, fsync: false, clock: Date.now, timing }).toWrite()
}

/** Where a process runs, as it says in its own owner file. */
async function ownMachine(store: Store): Promise<string> {
  const record: unknown = JSON.parse(await readFile(await store.owner.file(), 'utf8'))
  if (typeof record !== 'object' || record === null || !('machine' in record)) throw new Error('?')
  return String(record.machine)
}

/** What a lock looks like whose holder is another one than we are. */
async function foreignLock(store: Store, record: object): Promise<string> {
  const token = '00112233445566aa'
  const owner = join(store.root.control.owners, token)
  await writeFile(owner, JSON.stringify({ token, pid: 1, machine: 'elsewhere', ...record }))
  const lock = join(store.root.control.locks, 'name')
  await link(owner, lock)
  return lock
}

test('actions of one name take turns, those of others do not wait', async () => {
  const store = await openStore(await emptyFolder())
  const seen: string[] = []
  const act = (name: string, label: string) =>
    locked(store, name, undefined, async () => {
      seen.push(`${label} begins`)
      await readdir(store.root.path)
      seen.push(`${label} ends`)
    })
  await Promise.all([act('one', 'a'), act('one', 'b'), act('one', 'c'), act('two', 'd')])
  const ofOne = seen.filter((each) => !each.startsWith('d'))
  expect(ofOne).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
  expect(seen.indexOf('d begins')).toBeLessThan(seen.indexOf('c begins'))
  expect(await readdir(store.root.control.locks)).toEqual([])
})

test('a failing action releases its lock', async () => {
  const store = await openStore(await emptyFolder())
  const failing = locked(store, 'name', undefined, async () => {
    throw new Error('on purpose')
  })
  await expect(failing).rejects.toThrow('on purpose')
  expect(await locked(store, 'name', undefined, async () => 'next')).toBe('next')
})

test('waiting ends with the signal', async () => {
  const root = await emptyFolder()
  const [one, two] = [await openStore(root), await openStore(join(root, '.'))]
  const controller = new AbortController()
  const reason = new Error('enough')
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  const holding = locked(one, 'name', undefined, () => released)
  const waiting = [
    locked(two, 'name', controller.signal, async () => 'never'),
    locked(two, 'name', controller.signal, async () => 'never'),
  ]
  controller.abort(reason)
  for (const each of waiting) await expect(each).rejects.toBe(reason)
  release()
  await holding
  expect(await locked(two, 'name', undefined, async () => 'free')).toBe('free')
})

describe('between processes', () => {
  test('a lock is waited for', async () => {
    const store = await openStore(await emptyFolder())
    const child = startChild('lock-holder.ts', store.root.path, 'name')
    expect(await messageOf(child)).toBe('held')
    let got = false
    const mine = locked(store, 'name', undefined, async () => {
      got = true
    })
    await new Promise((resolve) => {
      setTimeout(resolve, 150)
    })
    expect(got).toBe(false)
    child.send('let go')
    await mine
    expect(got).toBe(true)
    await endOf(child)
  }, 30_000)

  test('the lock of a killed one is taken over by one of those that wait', async () => {
    const store = await openStore(await emptyFolder())
    const child = startChild('lock-holder.ts', store.root.path, 'name')
    await messageOf(child)
    let inside = 0
    let most = 0
    const waiting = [1, 2, 3].map(async () => {
      const other = await openStore(store.root.path)
      return locked(other, 'name', undefined, async () => {
        inside += 1
        most = Math.max(most, inside)
        await readdir(store.root.path)
        inside -= 1
      })
    })
    child.kill('SIGKILL')
    await endOf(child)
    await Promise.all(waiting)
    expect(most).toBe(1)
    expect(await leftovers(store.root.path)).toEqual([])
  }, 30_000)

  test('conditional writes lose no update', async () => {
    const root = await emptyFolder()
    const driver = openDriver({ root })
    const container = await driver.createContainer('counters')
    await container.put('counter', '0')
    const children = [1, 2, 3].map(() => startChild('counter.ts', root, '30'))
    const created = await Promise.all(children.map(messageOf))
    expect(await container.get('counter').text()).toBe('90')
    expect(created.filter((each) => each === 1)).toHaveLength(1)
    await Promise.all(children.map(endOf))
  }, 60_000)
})

describe('a lock whose holder we know nothing of', () => {
  test('on another machine is waited for', async () => {
    const store = await openStore(await emptyFolder())
    const lock = await foreignLock(store, { pid: 4711 })
    const controller = new AbortController()
    const waiting = locked(store, 'name', controller.signal, async () => 'never')
    await new Promise((resolve) => {
      setTimeout(resolve, 300)
    })
    expect(await readdir(store.root.control.locks)).toEqual(['name'])
    controller.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    await rm(lock)
  })

  test('fails the call in the end, and says whose it is', async () => {
    const timing = { patience: 100, quiet: { alive: 60_000, unknown: 60_000, dead: 0 } }
    const store = await openStore(await emptyFolder(), timing)
    await foreignLock(store, { pid: 4711 })
    await expect(locked(store, 'name', undefined, async () => 'never')).rejects.toMatchObject({
      code: 'Timeout',
      retryable: true,
      message: expect.stringContaining('process 4711'),
    })
  })

  test('is taken over when its holder has locked nothing for long', async () => {
    const timing = { patience: 10_000, quiet: { alive: 60_000, unknown: 300, dead: 0 } }
    const store = await openStore(await emptyFolder(), timing)
    await foreignLock(store, { pid: 4711 })
    expect(await locked(store, 'name', undefined, async () => 'taken')).toBe('taken')
    expect(await leftovers(store.root.path)).toEqual([])
  })

  test('is taken over when it is empty and old', async () => {
    const timing = { patience: 10_000, quiet: { alive: 60_000, unknown: 300, dead: 0 } }
    const store = await openStore(await emptyFolder(), timing)
    await writeFile(join(store.root.control.locks, 'name'), '')
    expect(await locked(store, 'name', undefined, async () => 'taken')).toBe('taken')
  })

  test('is taken over when its holder is dead', async () => {
    const store = await openStore(await emptyFolder())
    const machine = await ownMachine(store)
    await foreignLock(store, { pid: 4_000_000, machine, started: '1' })
    expect(await locked(store, 'name', undefined, async () => 'taken')).toBe('taken')
  })

  test('is taken over when the number of its process was given to another', async () => {
    const store = await openStore(await emptyFolder())
    const machine = await ownMachine(store)
    await foreignLock(store, { pid: process.pid, machine, started: '1' })
    expect(await locked(store, 'name', undefined, async () => 'taken')).toBe('taken')
  })

  test('is taken over when its owner file is gone too', async () => {
    const store = await openStore(await emptyFolder())
    const machine = await ownMachine(store)
    await foreignLock(store, { pid: 4_000_000, machine, started: '1' })
    await rm(join(store.root.control.owners, '00112233445566aa'))
    expect(await locked(store, 'name', undefined, async () => 'taken')).toBe('taken')
    expect(await readdir(store.root.control.owners)).toHaveLength(1)
  })
})

test('everything goes on when somebody removes the control folder', async () => {
  const root = await emptyFolder()
  const driver = openDriver({ root })
  const container = await driver.createContainer('things')
  await container.put('key', 'one')
  await rm(join(root, '.cloudstore'), { recursive: true })
  await container.put('key', 'two')
  expect(await container.get('key').text()).toBe('two')
  expect((await readdir(join(root, '.cloudstore'))).sort()).toContain('format.json')
})

test('fake timers stop nothing', async () => {
  const root = await emptyFolder()
  const store = await openStore(root)
  const child = startChild('lock-holder.ts', root, 'name')
  await messageOf(child)
  jest.useFakeTimers()
  try {
    const mine = locked(store, 'name', undefined, async () => 'mine')
    child.send('let go')
    expect(await mine).toBe('mine')
    const driver = openDriver({ root })
    const container = await driver.createContainer('things')
    await container.put('key', 'x')
    expect(await container.get('key').text()).toBe('x')
  } finally {
    jest.useRealTimers()
  }
  await endOf(child)
}, 30_000)

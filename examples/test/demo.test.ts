import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { getDriver, Provider } from '@cloudstore/core'
import '@cloudstore/local'
import { chooseFiles, sampleOf } from '../demo/choose-files.ts'
import { inParallel } from '../demo/in-parallel.ts'
import { sizeOf } from '../demo/screen.ts'
import { rgwOrSkip } from '../../tooling/test-support/rgw.ts'
import { runFile } from './run-file.ts'

// Each of these starts programs.
jest.setTimeout(60_000)

let folder: string
let source: string
let temporary: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloudstore-demo-test-'))
  source = join(folder, 'source')
  temporary = join(folder, 'temporary')
  await mkdir(join(source, 'b', 'node_modules'), { recursive: true })
  await mkdir(join(source, '.git'))
  await mkdir(temporary)
  await writeFile(join(source, 'a.txt'), 'a'.repeat(3000))
  await writeFile(join(source, 'b', 'c d.txt'), 'c')
  await writeFile(join(source, 'empty'), '')
  await writeFile(join(source, '.env'), 'SECRET=1')
  await writeFile(join(source, '.git', 'config'), '[core]')
  await writeFile(join(source, 'b', 'node_modules', 'large.js'), 'large')
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test('hidden files and what tools made are left out', async () => {
  const files = await chooseFiles(source)
  expect(files.map(({ key, size }) => [key, size])).toEqual([
    ['a.txt', 3000],
    ['b/c d.txt', 1],
    ['empty', 0],
  ])
})

const rgw = await rgwOrSkip('on s3_rgw')
const environments: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  local: {},
  memory: {},
  ...(rgw && {
    s3_rgw: {
      CLOUDSTORE_ENDPOINT: rgw.http,
      CLOUDSTORE_KEY: rgw.key,
      CLOUDSTORE_SECRET: rgw.secret,
    },
  }),
}

describe.each(Object.entries(environments))('on %s', (provider, environment) => {
  test('the whole tour, and nothing stays behind', async () => {
    const { status, lines, errors } = await runFile('demo.ts', {
      args: [source],
      cwd: temporary,
      env: { CLOUDSTORE_PROVIDER: provider, ...environment },
    })
    expect({ status, errors }).toEqual({ status: 0, errors: '' })
    const text = lines.join('\n')
    expect(text).toMatch(/^Files +3 files, 2\.9 KiB, in /m)
    expect(text).toMatch(/^Uploading +#{20} 100 % {2}2\.9 KiB of 2\.9 KiB$/m)
    expect(text).toMatch(/3 objects in .* s; 3 of them with an MD5 that equals the file's$/m)
    expect(text).toMatch(/^ +b\/$/m)
    expect(text).toMatch(/^Downloading +a\.txt \(2\.9 KiB\) to a file: its SHA-256 equals/m)
    expect(text).toMatch(/^Range +bytes 1000 to 1999 of it: their SHA-256 equals/m)
    expect(text).toMatch(/^Copying +a\.txt .* Memory: same SHA-256, text\/plain/m)
    expect(text).toMatch(/^Cleaning up +3 objects and the container deleted$/m)
    expect(lines.at(-1)).toMatch(/^Done /)
    expect(await readdir(temporary)).toEqual([])
  })
})

test('in a container that is there already, only its own objects go', async () => {
  const root = join(folder, 'root')
  const driver = new (getDriver(Provider.LOCAL))({ root })
  const container = await driver.createContainer('mine')
  await container.put('precious', 'mine')
  const { status } = await runFile('demo.ts', {
    args: [source],
    cwd: temporary,
    env: { CLOUDSTORE_PROVIDER: 'local', CLOUDSTORE_ROOT: root, CLOUDSTORE_CONTAINER: 'mine' },
  })
  expect(status).toBe(0)
  const objects = await driver.listContainerObjects(container)
  expect(objects.map(({ key }) => key)).toEqual(['precious'])
})

test('a failure on the way is told, and everything is cleaned up', async () => {
  // The key is too long, the path is not.
  let long = join(source, 'z')
  for (let depth = 0; depth < 6; depth += 1) long = join(long, 'z'.repeat(200))
  await mkdir(long, { recursive: true })
  await writeFile(join(long, 'file'), 'long')
  const root = join(folder, 'root')
  const { status, lines, errors } = await runFile('demo.ts', {
    args: [source],
    cwd: temporary,
    env: { CLOUDSTORE_PROVIDER: 'local', CLOUDSTORE_ROOT: root },
  })
  expect(status).toBe(1)
  expect(errors).toMatch(/^Stopped: uploadObject .*1,?024 bytes/m)
  expect(lines.at(-1)).toMatch(/^Cleaning up +\d objects and the container deleted$/)
  expect(await new (getDriver(Provider.LOCAL))({ root }).listContainers()).toEqual([])
  expect(await readdir(temporary)).toEqual([])
})

test('Ctrl-C ends the tour and cleans up', async () => {
  for (let file = 0; file < 500; file += 1) {
    await writeFile(join(source, `${file}.txt`), 'x'.repeat(10_000))
  }
  const root = join(folder, 'root')
  const { status, lines, errors } = await runFile('demo.ts', {
    args: [source],
    cwd: temporary,
    env: { CLOUDSTORE_PROVIDER: 'local', CLOUDSTORE_ROOT: root },
    interruptAt: 'Uploading',
  })
  expect(status).toBe(1)
  expect(errors).toContain('Stopped: interrupted')
  expect(lines.at(-1)).toMatch(/^Cleaning up +\d+ objects? and the container deleted$/)
  expect(await new (getDriver(Provider.LOCAL))({ root }).listContainers()).toEqual([])
})

test('the sample is the largest of a handy size, else the smallest that is not empty', () => {
  const sampleSize = (...mebibytes: number[]): number =>
    sampleOf(mebibytes.map((size) => ({ key: 'a', path: 'a', size: size * 1024 ** 2 }))).size
  expect(sampleSize(0, 3, 32, 33)).toBe(32 * 1024 ** 2)
  expect(sampleSize(0, 34, 33)).toBe(33 * 1024 ** 2)
  expect(sampleSize(0)).toBe(0)
})

test('no folder, no files', async () => {
  const missing = await runFile('demo.ts', { args: [join(source, 'no')], cwd: temporary })
  expect(missing.status).toBe(1)
  expect(missing.errors).toMatch(/^Stopped: .*no such file or directory/m)
  const empty = await runFile('demo.ts', { args: [join(source, '.git')], cwd: temporary })
  expect(empty.status).toBe(0)
  const none = await runFile('demo.ts', { args: [temporary], cwd: temporary })
  expect(none.errors).toMatch(/^Stopped: there are no files in /m)
})

test('work in parallel ends with its first failure, after all that was begun', async () => {
  const log: string[] = []
  const work = async (item: number, signal: AbortSignal): Promise<void> => {
    log.push(`begin ${item}`)
    if (item === 2) throw new Error('two')
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    log.push(`end ${item}`)
  }
  const run = inParallel([1, 2, 3, 4], 2, new AbortController().signal, work)
  await expect(run).rejects.toThrow('two')
  expect(log).toEqual(['begin 1', 'begin 2', 'end 1'])
})

test('sizes for people', () => {
  expect([0, 1, 1023, 1024, 1536, 5 * 1024 ** 3].map(sizeOf)).toEqual([
    '0 bytes',
    '1 bytes',
    '1023 bytes',
    '1.0 KiB',
    '1.5 KiB',
    '5.0 GiB',
  ])
})

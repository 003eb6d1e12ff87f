import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { expected, expectLines } from './expected.ts'
import { runFile } from './run-file.ts'

// Each of these starts programs.
jest.setTimeout(60_000)

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cloudstore-examples-test-'))
})

afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

test.each(Object.keys(expected))('%s, as a program', async (file) => {
  const { status, lines, errors } = await runFile(file, { cwd: folder })
  expect({ status, errors }).toEqual({ status: 0, errors: '' })
  expectLines(file, lines)
  expect(await readdir(folder)).toEqual([])
})

test('the environment chooses the provider of an example', async () => {
  const env = { CLOUDSTORE_PROVIDER: 'memory', CLOUDSTORE_PART_SIZE: 'large' }
  const { status, errors } = await runFile('put.ts', { cwd: folder, env })
  expect(status).toBe(1)
  expect(errors).toContain('CLOUDSTORE_PART_SIZE must be a number')
})

test('quick-start.ts, twice', async () => {
  for (let time = 1; time <= 2; time += 1) {
    const { status, lines, errors } = await runFile('quick-start.ts', { cwd: folder })
    expect({ status, errors }).toEqual({ status: 0, errors: '' })
    expect(lines).toEqual(['2026/copy.txt 5', '2026/hello.txt 5', 'Hello', 'not written yet'])
  }
  expect((await readdir(folder)).sort()).toEqual(['hello.txt', 'my-storage'])
})

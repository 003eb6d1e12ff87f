import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { getDriver, Provider, type StorageDriver } from '@cloudstore/core'
import '@cloudstore/local'
import '@cloudstore/memory'
import '@cloudstore/s3-compat'
import { access } from '../access.ts'
import { cancel } from '../cancel.ts'
import { conditional } from '../conditional.ts'
import { copyBetweenProviders } from '../copy-between-providers.ts'
import { copy } from '../copy.ts'
import { customProvider } from '../custom-provider.ts'
import { deleteMany } from '../delete-many.ts'
import { download } from '../download.ts'
import { list } from '../list.ts'
import { multipart } from '../multipart.ts'
import { notFound } from '../not-found.ts'
import { open } from '../open.ts'
import { presign } from '../presign.ts'
import { progress } from '../progress.ts'
import { putFile } from '../put-file.ts'
import { put } from '../put.ts'
import { range } from '../range.ts'
import { s3 } from '../s3.ts'
import { serve } from '../serve.ts'
import { stream } from '../stream.ts'
import { type Example, runInSetting } from '../support/setting.ts'
import { testingWithMemory } from '../testing-with-memory.ts'
import { expectLines } from './expected.ts'
import { rgwOrSkip } from '../../tooling/test-support/rgw.ts'

const examples: Readonly<Record<string, Example>> = {
  'access.ts': access,
  'cancel.ts': cancel,
  'conditional.ts': conditional,
  'copy-between-providers.ts': copyBetweenProviders,
  'copy.ts': copy,
  'custom-provider.ts': customProvider,
  'delete-many.ts': deleteMany,
  'download.ts': download,
  'list.ts': list,
  'multipart.ts': multipart,
  'not-found.ts': notFound,
  'open.ts': open,
  'presign.ts': presign,
  'progress.ts': progress,
  'put-file.ts': putFile,
  'put.ts': put,
  'range.ts': range,
  's3.ts': s3,
  'serve.ts': serve,
  'stream.ts': stream,
  'testing-with-memory.ts': testingWithMemory,
}

const rgw = await rgwOrSkip('on s3_rgw')

const providers: Readonly<Record<string, (folder: string) => StorageDriver>> = {
  local: (folder) => new (getDriver(Provider.LOCAL))({ root: join(folder, 'storage') }),
  memory: () => new (getDriver(Provider.MEMORY))(),
  ...(rgw && {
    // A user of its own: others use the server at the same time, and containers are listed by user.
    s3_rgw: () => new (getDriver(Provider.S3_RGW))({ endpoint: rgw.http, ...rgw.other }),
  }),
}

afterEach(() => {
  jest.restoreAllMocks()
})

describe.each(Object.entries(providers))('on %s', (_name, openDriver) => {
  test.each(Object.entries(examples))('%s', async (file, example) => {
    const lines: string[] = []
    jest.spyOn(console, 'log').mockImplementation((...words: unknown[]) => {
      lines.push(words.join(' '))
    })
    let left: string[] = []
    await runInSetting(
      async (folder) => openDriver(folder),
      async (setting) => {
        const { driver } = setting
        const before = await namesOf(driver)
        await example(setting)
        left = (await namesOf(driver)).filter((name) => !before.includes(name))
      },
    )
    expectLines(file, lines)
    expect(left).toEqual([])
  })
})

async function namesOf(driver: StorageDriver): Promise<string[]> {
  return (await driver.listContainers()).map(({ name }) => name)
}

test('every example is run here', async () => {
  const files = await readdir(join(import.meta.dirname, '..'))
  const others = new Set([
    'demo.ts',
    'quick-start.ts',
    'spaces-backup.ts',
    'spaces-cdn.ts',
    'spaces-keys.ts',
  ])
  expect(files.filter((file) => file.endsWith('.ts') && !others.has(file)).sort()).toEqual(
    Object.keys(examples).sort(),
  )
})

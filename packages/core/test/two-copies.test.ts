import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type Application, makeApplication } from './support/application.ts'

let application: Application

beforeAll(async () => {
  application = await makeApplication()
})
afterAll(async () => {
  await application.remove()
})

test('an ES module and a CommonJS copy in one process share one registry and recognise errors', async () => {
  await application.write(
    'both.mjs',
    `import * as esm from '@cloudstore/core'
     import { createRequire } from 'node:module'
     const cjs = createRequire(import.meta.url)('@cloudstore/core')
     class Driver { constructor(options) { this.options = options }
       static environment = { port: { type: 'number' } } }
     esm.registerDriver('acme', Driver, { origin: 'acme-store' })
     cjs.registerDriver('acme', Driver, { origin: 'acme-store' })
     let refused, unknown
     try { cjs.registerDriver('acme', Driver, { origin: 'other' }) } catch (error) { refused = error }
     try { cjs.getDriver('nowhere') } catch (error) { unknown = error }
     const config = esm.configFromEnv({ CLOUDSTORE_PROVIDER: 'acme', CLOUDSTORE_PORT: '9000' })
     console.log(JSON.stringify({
       copies: esm.getDriver !== cjs.getDriver,
       found: cjs.getDriver('ACME') === Driver && esm.getDriver('acme') === Driver,
       refused: esm.isStorageError(refused, 'InvalidConfig'),
       unknown: esm.isStorageError(unknown, 'ProviderNotRegistered'),
       instance: unknown instanceof esm.StorageError,
       options: (await cjs.openDriver(config)).options,
     }))`,
  )
  expect(await application.run('both.mjs')).toEqual({
    copies: true,
    found: true,
    refused: true,
    unknown: true,
    instance: false,
    options: { port: 9000 },
  })
})

const loading = `import { loadDriver } from '@cloudstore/core'
  const result = await loadDriver('local').then(
    (Driver) => ({ loaded: Driver.place }),
    (error) => ({ code: error.code, message: error.message, cause: error.cause?.message }),
  )
  console.log(JSON.stringify(result))`

/** A stand-in for the local provider's package: which copy was loaded is what counts here. */
async function installLocal(folder: string, code: string): Promise<void> {
  const at = join(folder, 'node_modules/@cloudstore/local')
  await application.write(
    join(at, 'package.json'),
    '{ "name": "@cloudstore/local", "main": "index.cjs" }',
  )
  await application.write(join(at, 'index.cjs'), code)
}

const registering = (place: string): string =>
  `const { registerDriver } = require('@cloudstore/core')
   registerDriver('local', class { static place = ${JSON.stringify(place)} }, { origin: '@cloudstore/local' })`

test('the official package is found beside the main script, before the working directory', async () => {
  await application.write('one/main.mjs', loading)
  await mkdir(join(application.path, 'two'), { recursive: true })
  const two = join(application.path, 'two')

  const nothing = (await application.run('one/main.mjs', two)) as { code: string; message: string }
  expect(nothing.code).toBe('ProviderNotRegistered')
  expect(nothing.message).toContain(join(application.path, 'one/main.mjs'))
  expect(nothing.message).toContain(two)
  expect(nothing.message).toContain(`import '@cloudstore/local'`)

  await installLocal('two', registering('working directory'))
  expect(await application.run('one/main.mjs', two)).toEqual({ loaded: 'working directory' })

  await installLocal('one', registering('main script'))
  expect(await application.run('one/main.mjs', two)).toEqual({ loaded: 'main script' })
})

test('a package that fails while loading is not passed over', async () => {
  await application.write('three/main.mjs', loading)
  await installLocal('three', `throw new Error('no such library')`)
  expect(await application.run('three/main.mjs')).toMatchObject({
    code: 'ProviderNotRegistered',
    message: expect.stringContaining('loading @cloudstore/local from'),
    cause: 'no such library',
  })
})

test('a package that does not register is named', async () => {
  await application.write('four/main.mjs', loading)
  await installLocal('four', '')
  expect(await application.run('four/main.mjs')).toMatchObject({
    message: expect.stringContaining('was loaded but did not register it'),
  })
})

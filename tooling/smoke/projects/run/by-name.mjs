// Nobody imports a provider here: official packages are found from the main script.
import * as core from '@cloudstore/core'
import assert from 'node:assert/strict'
import exercise from './exercise.cjs'

const early = await Promise.resolve()
  .then(() => core.getDriver('memory'))
  .catch((error) => error)
assert.ok(core.isStorageError(early, 'ProviderNotRegistered'))
assert.match(early.message + early.hint, /@cloudstore\/memory/)

await core.loadDriver('memory')
await core.loadDriver('local')
await exercise(core)

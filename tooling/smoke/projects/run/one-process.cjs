// Import, require and a second evaluation of the same files live in one process with one registry.
const assert = require('node:assert/strict')
const { copyFileSync, cpSync } = require('node:fs')
const { dirname, join } = require('node:path')
const exercise = require('./exercise.cjs')

async function main() {
  const required = require('@cloudstore/core')
  require('@cloudstore/memory')
  const imported = await import('@cloudstore/core')
  const memory = await import('@cloudstore/memory')
  await import('@cloudstore/local')

  // `module-sync` gives both ways of loading the one ES module.
  assert.equal(required.getDriver, imported.getDriver)
  assert.equal(required.getDriver('memory'), memory.MemoryStorageDriver)

  // A copy of core, as bundlers and duplicated installs make one: another class, the same registry.
  const folder = dirname(require.resolve('@cloudstore/core/package.json'))
  const copy = join(__dirname, 'node_modules', 'core-copy')
  cpSync(join(folder, 'dist'), join(copy, 'dist'), { recursive: true })
  copyFileSync(join(folder, 'package.json'), join(copy, 'package.json'))
  const copied = require(join(copy, 'dist', 'index.cjs'))
  assert.notEqual(copied.StorageError, required.StorageError)
  assert.equal(copied.getDriver('memory'), memory.MemoryStorageDriver)
  const error = await new memory.MemoryStorageDriver({}).getContainer('none').catch((e) => e)
  assert.ok(copied.isStorageError(error, 'ContainerDoesNotExist'))

  // The CommonJS copies beside the ES modules register again, and nothing throws.
  require(join(dirname(require.resolve('@cloudstore/memory/package.json')), 'dist', 'index.cjs'))
  require(join(dirname(require.resolve('@cloudstore/local/package.json')), 'dist', 'index.cjs'))
  await exercise(imported)
  await exercise(copied)
}

void main()

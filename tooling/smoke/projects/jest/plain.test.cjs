// A Jest project as most are: CommonJS, no --experimental-vm-modules. An `import()` left in what the
// packages publish would throw here.
const exercise = require('../run/exercise.cjs')

function load() {
  const core = require('@cloudstore/core')
  require('@cloudstore/local')
  require('@cloudstore/memory')
  return core
}

test('both drivers work, modules that load on first use included', () => exercise(load()))

test('a registry that is reset loads again, and errors are recognised across', async () => {
  const before = load()
  jest.resetModules()
  const after = load()
  expect(after.StorageError).not.toBe(before.StorageError)
  const Memory = after.getDriver('memory')
  const error = await new Memory({}).getContainer('none').catch((caught) => caught)
  expect(before.isStorageError(error, 'ContainerDoesNotExist')).toBe(true)
  await exercise(after)
})

test('fake timers do not hold calls up', async () => {
  const core = load()
  jest.useFakeTimers()
  try {
    await exercise(core)
  } finally {
    jest.useRealTimers()
  }
})

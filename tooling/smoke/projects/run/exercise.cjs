// One round trip through both drivers. Loaded by every project here, so it imports nothing of
// cloudstore itself: the caller hands over its copy of core.
const assert = require('node:assert/strict')
const { mkdtemp, readFile, rm, writeFile } = require('node:fs/promises')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

module.exports = async function exercise({ getDriver, isStorageError }) {
  const folder = await mkdtemp(join(tmpdir(), 'cloudstore-smoke-'))
  try {
    const Memory = getDriver('memory')
    const Local = getDriver('LOCAL')
    const memory = new Memory({})
    const local = new Local({ root: join(folder, 'objects') })

    // Files are a part of the drivers that loads on first use.
    await writeFile(join(folder, 'in.txt'), 'hello')
    for (const [provider, driver] of Object.entries({ memory, local })) {
      const container = await driver.createContainer('smoke-test')
      await container.putFile('a/b.txt', join(folder, 'in.txt'))
      assert.equal(await container.get('a/b.txt').text(), 'hello')
      const object = await driver.getObject('smoke-test', 'a/b.txt')
      const out = join(folder, `${provider}.txt`)
      assert.equal(await driver.downloadObject(object, out), true)
      assert.equal(await readFile(out, 'utf8'), 'hello')
      const missing = await container.head('missing').catch((error) => error)
      assert.ok(isStorageError(missing, 'ObjectDoesNotExist'), `not recognised: ${missing}`)
      await driver.deleteObject(object)
    }

    // From one provider to the other, more than one part.
    const big = new Uint8Array(20 * 1024 * 1024).fill(7)
    const from = local.container('smoke-test')
    const to = memory.container('smoke-test')
    await from.put('big', big)
    await to.put('big', from.get('big'))
    assert.equal((await to.get('big').bytes()).length, big.length)
    await memory.close()
    await local.close()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

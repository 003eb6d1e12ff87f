// Bundled for a place without Node: nothing may be left that such a place lacks.
import { getDriver, isStorageError } from '@cloudstore/core'
import '@cloudstore/memory'

const Memory = getDriver('memory')
const memory = new Memory({})
const container = await memory.createContainer('smoke-test')
await container.put('a', 'hello')
if ((await container.get('a').text()) !== 'hello') throw new Error('the text differs')
const error = await container.putFile('b', '/etc/hostname').catch((caught) => caught)
if (!isStorageError(error, 'UnsupportedOperation')) throw new Error(`files without Node: ${error}`)

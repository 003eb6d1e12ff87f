// Adds to a number in an object, again and again, by conditional writes, and tells how often that
// worked.
//   counter.ts <root> <times>
import { isStorageError } from '@cloudstore/core'
import { LocalStorageDriver } from '../../src/index.ts'

const [root = '', times = '0'] = process.argv.slice(2)
const driver = new LocalStorageDriver({ root })
const container = driver.container('counters')
let created = 0
try {
  await container.put('claim', String(process.pid), { ifNoneMatch: '*' })
  created = 1
} catch (error) {
  if (!isStorageError(error, 'ObjectAlreadyExists')) throw error
}
for (let done = 0; done < Number(times);) {
  const stream = container.get('counter')
  const { etag } = await stream.info()
  const value = Number(await stream.text())
  try {
    await container.put('counter', String(value + 1), { ifMatch: etag })
    done += 1
  } catch (error) {
    if (!isStorageError(error, 'PreconditionFailed')) throw error
  }
}
await driver.close()
process.send?.(created)
process.disconnect()

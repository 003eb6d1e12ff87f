import { getDriver, isStorageError, Provider } from '@cloudstore/core'
import '@cloudstore/local'

const Local = getDriver(Provider.LOCAL)
const driver = new Local({ root: './my-storage' })
const notes = await driver.createContainer('my-notes', { ifExists: 'return' })

await notes.put('2026/hello.txt', 'Hello', { contentType: 'text/plain' })
await notes.get('2026/hello.txt').toFile('hello.txt', { overwriteExisting: true })
await notes.putFile('2026/copy.txt', 'hello.txt')

for await (const object of notes.list({ prefix: '2026/' })) {
  console.log(object.key, object.size)
}
console.log(await notes.get('2026/hello.txt').text())

try {
  await notes.head('2027/hello.txt')
} catch (error) {
  if (!isStorageError(error, 'ObjectDoesNotExist')) throw error
  console.log('not written yet')
}

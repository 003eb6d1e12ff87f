// Overwrites objects for ever, and tells of each write before and after.
//   writer.ts <root> <first number>
import { LocalStorageDriver } from '../../src/index.ts'
import { killKeys } from './kill-loop.ts'
import { versionOf } from './versions.ts'

const [root = '', first = '0'] = process.argv.slice(2)
const container = new LocalStorageDriver({ root }).container('killed')

for (let number = Number(first); ; number += 1) {
  const key = killKeys[number % killKeys.length] ?? ''
  const { bytes, contentType, metadata } = versionOf(number)
  process.send?.({ key, number, done: false })
  await container.put(key, bytes, { contentType, metadata })
  process.send?.({ key, number, done: true })
}

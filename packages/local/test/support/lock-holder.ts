// Holds a lock until it is told to let go, or killed.
//   lock-holder.ts <root> <name>
import { locked } from '../../src/locks/lock.ts'
import { storeDoor } from '../../src/root/store.ts'

const [root = '', name = ''] = process.argv.slice(2)
const store = await storeDoor({ root, createRoot: true, fsync: false, clock: Date.now }).toWrite()
await locked(store, name, undefined, async () => {
  process.send?.('held')
  await new Promise((resolve) => {
    process.once('message', resolve)
  })
})
process.send?.('released')
process.disconnect()

import { conformance } from '@cloudstore/conformance'
import { BaseStorageDriver } from '@cloudstore/core'
import * as runner from '@jest/globals'
import { MemoryStorageDriver } from '../src/index.ts'
import { prefixed } from './prefixed.ts'

// Whoever wraps a backend keeps every promise of it: the whole suite again, one prefix deeper.
conformance({
  name: 'memory below a prefix',
  open: () => {
    const backend = prefixed(new MemoryStorageDriver().backend, 'tenant/7 /')
    return new BaseStorageDriver(backend, { provider: 'memory' })
  },
  runner,
})

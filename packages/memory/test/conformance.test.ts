import { conformance } from '@cloudstore/conformance'
import * as runner from '@jest/globals'
import { MemoryStorageDriver } from '../src/index.ts'

conformance({ name: 'memory', open: () => new MemoryStorageDriver(), runner })

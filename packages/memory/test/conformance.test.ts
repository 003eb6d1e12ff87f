import { conformance, type ConformanceResult } from '@cloudstore/conformance'
import * as runner from '@jest/globals'
import { MemoryStorageDriver } from '../src/index.ts'

const results: ConformanceResult[] = []

conformance({
  name: 'memory',
  open: () => new MemoryStorageDriver(),
  runner,
  onResult: (result) => results.push(result),
})

// Memory has no address, no credentials and every other capability: a case that begins to excuse itself
// elsewhere would go unnoticed otherwise.
runner.test('what does not concern memory is known', () => {
  const excused = results.filter(({ outcome }) => outcome === 'not applicable')
  const known = new Set([
    'presigning what cannot be is refused',
    'a plain address names the object and sends nothing',
    'copies are refused where there are none',
    'ACL calls are refused where there are none',
    'an ACL is refused where objects have none',
    'metadata is refused where there is none',
    'parts are refused where there is no multipart upload',
  ])
  const unknown = excused.filter(({ group, name }) => group !== 'secrets' && !known.has(name))
  runner.expect(unknown).toEqual([])
})

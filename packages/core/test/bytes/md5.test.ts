import { describe, expect, test } from '@jest/globals'
import { createMd5 } from '../../src/bytes/md5.ts'
import { createMd5 as neutralMd5 } from '../../src/platform/neutral.ts'
import { createMd5 as nodeMd5 } from '../../src/platform/node.ts'
import { sample } from '../support/stored-objects.ts'

// RFC 1321, appendix A.5
const vectors = [
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['a', '0cc175b9c0f1b6a831c399e269772661'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  [
    'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
    'd174ab98d277d9f5a5611c2c9f419d9f',
  ],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    '57edf4a22be3c955ac49da2e2107b67a',
  ],
] as const

describe.each([
  ['Node', nodeMd5],
  ['no Node', neutralMd5],
  ['this runtime', createMd5],
])('on %s', (_runtime, create) => {
  test.each(vectors)('MD5 of "%s"', (text, expected) => {
    const md5 = create()
    md5.update(new TextEncoder().encode(text))
    expect(md5.hex()).toBe(expected)
  })
})

test('both agree on any bytes in any pieces', () => {
  const bytes = sample(10_000)
  for (const pieces of [[0], [1, 63, 64, 65, 127, 128, 129], [9_999], [10_000]]) {
    const all = [nodeMd5(), neutralMd5()]
    let offset = 0
    for (const size of [...pieces, 10_000]) {
      for (const md5 of all) md5.update(bytes.subarray(offset, offset + size))
      offset += size
    }
    expect(all[0]?.hex()).toBe(all[1]?.hex())
  }
})

import { expect, test } from '@jest/globals'
import { crypto as neutral } from '../src/platform/neutral.ts'
import { crypto as node } from '../src/platform/node.ts'
import * as fc from 'fast-check'
import { createHash, createHmac } from 'node:crypto'

const text = fc.string({ unit: 'binary' }).filter((value) => !/\p{Surrogate}/u.test(value))
// No key is empty, and the JavaScript digest takes an empty text for none.
const nonEmpty = text.filter((value) => value !== '')

test.each([
  ['node', node],
  ['neutral', neutral],
])('%s: digests and keyed digests are the right ones', async (_name, crypto) => {
  await fc.assert(
    fc.asyncProperty(nonEmpty, text, fc.uint8Array(), async (key, data, bytes) => {
      expect(crypto.sha256Hex(data)).toBe(createHash('sha256').update(data).digest('hex'))
      expect(crypto.sha256Hex(bytes)).toBe(createHash('sha256').update(bytes).digest('hex'))
      expect(crypto.hmacSha256Hex(bytes)(data)).toBe(
        createHmac('sha256', bytes).update(data).digest('hex'),
      )
      expect(crypto.hmacSha1Base64(key)(data)).toBe(
        createHmac('sha1', key).update(data).digest('base64'),
      )
      for (const secret of [undefined, key, bytes]) {
        const wanted = secret === undefined ? createHash('sha256') : createHmac('sha256', secret)
        const state = new crypto.Sha256(secret)
        state.update(bytes)
        expect(Buffer.from(await state.digest()).toString('hex')).toBe(
          wanted.update(bytes).digest('hex'),
        )
      }
    }),
  )
})

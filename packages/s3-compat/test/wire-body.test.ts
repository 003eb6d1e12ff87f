import { expect, test } from '@jest/globals'
import { createHash } from 'node:crypto'
import { readAll, type Body } from '@cloudstore/core'
import { payloadHash } from '../src/payload-hash.ts'
import { base64OfHex, contentMd5, xmlBody } from '../src/wire-body.ts'

const text = '<Delete><Key>ü</Key></Delete>'

test('a document is its UTF-8, again and again', async () => {
  const body = xmlBody(text)
  const bytes = new TextEncoder().encode(text)
  expect(body).toMatchObject({ size: bytes.length, replayable: true })
  expect(await readAll(body.open())).toEqual(bytes)
  expect(await readAll(body.open())).toEqual(bytes)
})

test('its Content-MD5 is base64 of the digest', () => {
  const expected = createHash('md5').update(text).digest('base64')
  expect(contentMd5(xmlBody(text))).toBe(expected)
  expect(base64OfHex('00ff10')).toBe(Buffer.from('00ff10', 'hex').toString('base64'))
})

test('a body that is not in memory has none', () => {
  expect(contentMd5(withoutBytes(xmlBody(text)))).toBeUndefined()
})

test.each([
  ['nothing', undefined, ''],
  ['an empty body', xmlBody(''), ''],
  ['bytes in memory', xmlBody(text), text],
  ['a body that must be read', withoutBytes(xmlBody(text)), text],
] as const)('the hash of %s', async (_name, body, content) => {
  expect(await payloadHash(body)).toBe(createHash('sha256').update(content).digest('hex'))
})

function withoutBytes(body: Body): Body {
  return { ...body, bytes: undefined }
}

import { expect, test } from '@jest/globals'
import { StorageError } from '@cloudstore/core'
import { concealed, secretsIn } from '../src/errors/concealed.ts'

const signature = 'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41'
const headers = {
  authorization: `AWS4-HMAC-SHA256 Credential=AKID/20130524/us/s3/aws4_request, SignedHeaders=host, Signature=${signature}`,
  'x-amz-security-token': 'a-session-token',
  'x-amz-server-side-encryption-customer-key': 'a2V5',
  'user-agent': 'cloudstore',
}

test('an error does not repeat what authorizes a request, wherever it stands', () => {
  const error = new StorageError('Unknown', `echo: ${headers.authorization} and ${signature}`, {
    status: 500,
    serverCode: 'a-session-token',
    requestId: signature,
    hint: 'a2V5',
    cause: new Error(signature),
  })
  const shown = concealed(error, secretsIn(headers)) as StorageError
  const all = `${shown.stack} ${JSON.stringify(shown)} ${String(shown.cause)}`
  for (const secret of [signature, 'AKID/2013', 'a-session-token', 'a2V5']) {
    expect(all).not.toContain(secret)
  }
  expect(shown).toMatchObject({ code: 'Unknown', status: 500 })
})

test('the signature of version 2 is found behind its colon', () => {
  expect(secretsIn({ authorization: 'AWS AKID:frJIUN8DYpKDtOLCwo//yllqDzg=' })).toContain(
    'frJIUN8DYpKDtOLCwo//yllqDzg=',
  )
})

test('other errors are passed on as they are', () => {
  const error = new StorageError('Unknown', 'nothing of it')
  expect(concealed(error, secretsIn(headers))).toBe(error)
  expect(concealed('a text', secretsIn(headers))).toBe('a text')
  expect(secretsIn({})).toEqual([])
})

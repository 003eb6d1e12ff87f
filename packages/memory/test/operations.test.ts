import { expect, test } from '@jest/globals'
import { memoryBackend } from '../src/backend.ts'
import { checkOperation, memoryOperations } from '../src/operations.ts'

test('the operations are those that the backend has', () => {
  const { name, features, absent, ...members } = memoryBackend(() => 0)
  const present = Object.entries(members).flatMap(([member, value]) =>
    typeof value === 'function'
      ? [member]
      : Object.keys(value ?? {}).map((operation) => `${member}.${operation}`),
  )
  expect(present.toSorted()).toEqual(memoryOperations.toSorted())
  expect([name, typeof features, typeof absent]).toEqual(['Memory', 'object', 'object'])
})

test.each([
  ['putobject', "Did you mean 'putObject'?"],
  ['multipart.uploadpart', "Did you mean 'multipart.uploadPart'?"],
  ['fly', 'There are listContainers'],
  [7, 'a value of type number'],
])('refuses %p with a hint', (name, says) => {
  const check = () => checkOperation(name)
  expect(check).toThrow(expect.objectContaining({ code: 'InvalidArgument' }))
  expect(check).toThrow(says)
})

import { expect, test } from '@jest/globals'
import { call, openBackend } from './backend-fixture.ts'

test('deletes what is there and does not mind what is not', async () => {
  const { backend, put, keys } = await openBackend()
  for (const key of ['a', 'b', 'c']) await put(key, '1')
  expect(await backend.deleteObjects({ container: 'box', keys: ['a', 'c', 'x'] }, call)).toEqual([])
  expect(await keys()).toEqual(['b'])
})

test('takes at most 1000 keys and deletes none of more', async () => {
  const { backend, put, keys } = await openBackend()
  await put('0', '1')
  const many = Array.from({ length: 1001 }, (_, index) => String(index))
  await expect(backend.deleteObjects({ container: 'box', keys: many }, call)).rejects.toMatchObject(
    {
      code: 'InvalidArgument',
    },
  )
  expect(await keys()).toEqual(['0'])
  await backend.deleteObjects({ container: 'box', keys: many.slice(0, 1000) }, call)
  expect(await keys()).toEqual([])
})

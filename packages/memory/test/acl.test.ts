import { expect, test } from '@jest/globals'
import { memoryBackend } from '../src/backend.ts'
import { call, openBackend } from './backend-fixture.ts'

test('containers are private unless made public, and can be changed', async () => {
  const backend = memoryBackend(() => 0)
  await backend.createContainer({ container: 'closed' }, call)
  await backend.createContainer({ container: 'open', acl: 'public-read' }, call)
  expect(await backend.acl.getContainerAcl({ container: 'closed' }, call)).toBe('private')
  expect(await backend.acl.getContainerAcl({ container: 'open' }, call)).toBe('public-read')
  await backend.acl.setContainerAcl({ container: 'open', acl: 'private' }, call)
  expect(await backend.acl.getContainerAcl({ container: 'open' }, call)).toBe('private')
})

test('an object keeps its time and bytes when its ACL changes', async () => {
  const { backend, put, head, text, time } = await openBackend()
  await put('a', 'content', { acl: 'public-read' })
  const before = await head('a')
  const object = { container: 'box', key: 'a' }
  expect(await backend.acl.getObjectAcl(object, call)).toBe('public-read')
  time.now += 5000
  await backend.acl.setObjectAcl({ ...object, acl: 'private' }, call)
  expect(await backend.acl.getObjectAcl(object, call)).toBe('private')
  expect(await head('a')).toEqual(before)
  expect(await text('a')).toBe('content')
})

test('an object that is not there has none', async () => {
  const { backend } = await openBackend()
  const missing = { container: 'box', key: 'a' }
  await expect(backend.acl.getObjectAcl(missing, call)).rejects.toMatchObject({
    code: 'ObjectDoesNotExist',
  })
  await expect(
    backend.acl.setObjectAcl({ ...missing, acl: 'private' }, call),
  ).rejects.toMatchObject({
    code: 'ObjectDoesNotExist',
  })
})

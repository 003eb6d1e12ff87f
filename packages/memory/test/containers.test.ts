import { describe, expect, test } from '@jest/globals'
import { memoryBackend } from '../src/backend.ts'
import { bodyOf, call, noon, openBackend } from './backend-fixture.ts'

describe('containers', () => {
  test('are listed by name, in pages', async () => {
    const backend = memoryBackend(() => noon)
    for (const container of ['zoo', 'abc', 'mid'])
      await backend.createContainer({ container }, call)
    const first = await backend.listContainers({ limit: 2 }, call)
    expect(first.containers.map(({ name }) => name)).toEqual(['abc', 'mid'])
    const rest = await backend.listContainers({ limit: 2, cursor: first.cursor }, call)
    expect(rest).toEqual({
      containers: [{ name: 'zoo', createdAt: new Date(noon) }],
      cursor: undefined,
    })
  })

  test('are created once', async () => {
    const { backend } = await openBackend()
    await expect(backend.createContainer({ container: 'box' }, call)).rejects.toMatchObject({
      code: 'ContainerAlreadyExists',
    })
  })

  test('are deleted only when empty', async () => {
    const { backend, put } = await openBackend()
    await put('a', '1')
    await expect(backend.deleteContainer({ container: 'box' }, call)).rejects.toMatchObject({
      code: 'ContainerIsNotEmpty',
      message: expect.stringContaining('one object'),
    })
    await backend.deleteObject({ container: 'box', key: 'a' }, call)
    await backend.deleteContainer({ container: 'box' }, call)
    await expect(backend.headContainer({ container: 'box' }, call)).rejects.toMatchObject({
      code: 'ContainerDoesNotExist',
    })
  })

  test('take their unfinished uploads with them', async () => {
    const { backend } = await openBackend()
    const upload = await backend.multipart.create({ container: 'box', key: 'big' }, call)
    await backend.deleteContainer({ container: 'box' }, call)
    await backend.createContainer({ container: 'box' }, call)
    const part = {
      container: 'box',
      key: 'big',
      upload,
      number: 1,
      offset: 0,
      last: true,
      body: bodyOf('x'),
    }
    await expect(backend.multipart.uploadPart(part, call)).rejects.toMatchObject({
      code: 'UploadDoesNotExist',
    })
    await backend.multipart.abort({ container: 'box', key: 'big', upload }, call)
  })

  test('that do not exist are named by every operation', async () => {
    const { backend } = await openBackend()
    const nowhere = { container: 'nowhere', key: 'a' }
    const attempts = [
      backend.headContainer(nowhere, call),
      backend.deleteContainer(nowhere, call),
      backend.listObjects(nowhere, call),
      backend.headObject(nowhere, call),
      backend.getObject(nowhere, call),
      backend.putObject({ ...nowhere, body: bodyOf('x') }, call),
      backend.deleteObject(nowhere, call),
      backend.deleteObjects({ ...nowhere, keys: ['a'] }, call),
      backend.copyObject({ container: 'box', key: 'b', source: nowhere }, call),
      backend.multipart.create(nowhere, call),
      backend.multipart.listUploads(nowhere, call),
      backend.acl.getObjectAcl(nowhere, call),
      backend.acl.getContainerAcl(nowhere, call),
      backend.acl.setContainerAcl({ ...nowhere, acl: 'private' }, call),
    ]
    for (const attempt of attempts) {
      await expect(attempt).rejects.toMatchObject({
        code: 'ContainerDoesNotExist',
        container: 'nowhere',
      })
    }
  })
})

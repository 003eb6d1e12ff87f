import { describe, expect, test } from '@jest/globals'
import { setUp, type Setting, type Setup } from '../support/recording-backend.ts'

const calls = {
  getObjectAcl: ({ driver }: Setting) => driver.getObjectAcl(driver.object('box', 'key')),
  setObjectAcl: ({ driver }: Setting) =>
    driver.setObjectAcl(driver.object('box', 'key'), 'public-read'),
  getContainerAcl: ({ driver, box }: Setting) => driver.getContainerAcl(box),
  setContainerAcl: ({ driver, box }: Setting) => driver.setContainerAcl(box, 'public-read'),
}

test('are read and set, of objects and of containers', async () => {
  const setting = setUp()
  const outcomes = []
  for (const call of Object.values(calls)) outcomes.push(await call(setting))
  expect(outcomes).toEqual(['private', true, 'private', true])
  expect(setting.sent.map(({ operation, request }) => ({ operation, request }))).toEqual([
    { operation: 'acl.getObjectAcl', request: { container: 'box', key: 'key' } },
    {
      operation: 'acl.setObjectAcl',
      request: { container: 'box', key: 'key', acl: 'public-read' },
    },
    { operation: 'acl.getContainerAcl', request: { container: 'box' } },
    { operation: 'acl.setContainerAcl', request: { container: 'box', acl: 'public-read' } },
  ])
})

describe('what is refused, before anything is sent', () => {
  test.each(['public', '', 'PRIVATE', null, 7, undefined])('the ACL %p', async (acl) => {
    const { driver, box, sent } = setUp()
    for (const setting of [
      driver.setObjectAcl(driver.object('box', 'key'), acl as never),
      driver.setContainerAcl(box, acl as never),
    ]) {
      await expect(setting).rejects.toMatchObject({ code: 'InvalidArgument' })
    }
    expect(sent).toEqual([])
  })

  test.each<[string, Setup]>([
    ['no ACLs at all', { backend: { acl: undefined, absent: { acl: 'Use policies' } } }],
    ['none of these operations', { backend: { acl: {}, absent: { acl: 'Use policies' } } }],
  ])('a provider with %s', async (_name, setup) => {
    const setting = setUp(setup)
    for (const [operation, call] of Object.entries(calls)) {
      await expect(call(setting)).rejects.toMatchObject({
        code: 'UnsupportedOperation',
        operation,
        hint: 'Use policies',
      })
    }
    expect(setting.sent).toEqual([])
  })
})

test('a provider may be a class: its methods are called on it', async () => {
  class Acls {
    readonly acl = 'public-read'
    async getObjectAcl(): Promise<string> {
      return this.acl
    }
    async getContainerAcl(): Promise<string> {
      return this.acl
    }
    async setObjectAcl(): Promise<void> {
      expect(this.acl).toBe('public-read')
    }
    async setContainerAcl(): Promise<void> {
      expect(this.acl).toBe('public-read')
    }
  }
  const setting = setUp()
  Object.assign(setting.backend, { acl: new Acls() })
  for (const call of Object.values(calls))
    expect([true, 'public-read']).toContain(await call(setting))
})

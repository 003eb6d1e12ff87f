import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { StorageError } from '@cloudstore/core'
import { seenContainers } from '../src/operations/seen-containers.ts'
import { s3Error, s3StandIn, type S3StandIn } from './support/s3-stand-in.ts'
import { failureOf, standInDriver, standInFacts } from './support/stand-in-driver.ts'

let server: S3StandIn

beforeEach(async () => {
  server = await s3StandIn()
})
afterEach(() => server.close())

function methods(): string[] {
  return server.requests.map(({ method }) => method)
}

describe('creating', () => {
  test('where the server would answer 200 to one’s own, it is asked for first', async () => {
    const { driver } = standInDriver(server)
    expect(await failureOf(driver.createContainer('box'))).toMatchObject({
      code: 'ContainerAlreadyExists',
    })
    expect(methods()).toEqual(['HEAD'])
    await driver.createContainer('new', { acl: 'public-read' })
    expect(methods()).toEqual(['HEAD', 'HEAD', 'PUT'])
    expect(server.requests.at(-1)?.headers['x-amz-acl']).toBe('public-read')
  })

  test('where it says so itself, it is not', async () => {
    const facts = { ...standInFacts, reportsExistingBucket: true }
    const { driver } = standInDriver(server, {}, { facts })
    server.fault = () => s3Error(409, 'BucketAlreadyOwnedByYou')
    expect(await failureOf(driver.createContainer('box'))).toMatchObject({
      code: 'ContainerAlreadyExists',
    })
    expect(methods()).toEqual(['PUT'])
  })

  test('the region is said where the provider wants it, but never the first of Amazon’s', async () => {
    const facts = {
      ...standInFacts,
      reportsExistingBucket: true,
      locationConstraint: 'region' as const,
    }
    await standInDriver(server, { region: 'fra1' }, { facts }).driver.createContainer('new')
    await standInDriver(server, { region: 'us-east-1' }, { facts }).driver.createContainer('new2')
    const bodies = server.requests.map(({ body }) => String(body))
    expect(bodies[0]).toContain('<LocationConstraint>fra1</LocationConstraint>')
    expect(bodies[1]).toBe('')
  })

  test('a lost answer leaves it open', async () => {
    const facts = { ...standInFacts, reportsExistingBucket: true }
    const { driver } = standInDriver(server, {}, { facts })
    server.fault = () => 'lose'
    expect(await failureOf(driver.createContainer('new'))).toMatchObject({ outcome: 'unknown' })
    expect(methods()).toEqual(['PUT'])
  })
})

test.each([
  [404, 'ContainerDoesNotExist'],
  [403, 'AccessDenied'],
  [400, 'InvalidArgument'],
  [500, 'ServiceUnavailable'],
])('a container that answers %i is %s', async (status, code) => {
  server.fault = () => ({ status })
  const { driver } = standInDriver(server)
  expect(await failureOf(driver.getContainer('box'))).toMatchObject({ code, container: 'box' })
})

test('a refusal without words names all that it may be', async () => {
  server.fault = () => ({ status: 403 })
  const { driver } = standInDriver(server)
  for (const call of [
    driver.getContainer('box'),
    driver.containerExists('box'),
    driver.container('box').head('k'),
    driver.container('box').exists('k'),
  ]) {
    expect(await failureOf(call)).toMatchObject({
      code: 'AccessDenied',
      hint: expect.stringContaining('The key or secret is wrong, the credentials have no right'),
    })
  }
})

test('what the provider is known to mean by it is said as well', async () => {
  server.fault = () => ({ status: 403 })
  const hints = [{ hint: 'Keys here are limited' }]
  const { driver } = standInDriver(server, {}, { facts: { ...standInFacts, hints } })
  const { hint } = (await failureOf(driver.getContainer('box'))) as StorageError
  expect(hint).toMatch(/^An answer to HEAD does not say why\. .* Keys here are limited$/)
})

test('a name that cannot be had may be taken', async () => {
  server.fault = ({ method }) =>
    method === 'HEAD' ? { status: 403 } : s3Error(403, 'AccessDenied')
  const { driver } = standInDriver(server)
  expect(await failureOf(driver.createContainer('box'))).toMatchObject({
    code: 'AccessDenied',
    hint: expect.stringContaining('may be taken by another account'),
  })
})

test('deleting one with objects in it', async () => {
  server.fault = () => s3Error(409, 'BucketNotEmpty')
  const { driver } = standInDriver(server)
  expect(await failureOf(driver.deleteContainer(driver.container('box')))).toMatchObject({
    code: 'ContainerIsNotEmpty',
  })
})

test('listing goes on by the token, and ends', async () => {
  server.fault = ({ query }) => ({
    body: `<ListAllMyBucketsResult><Buckets><Bucket><Name>b${query.get('continuation-token') ?? ''}</Name></Bucket></Buckets>${
      query.has('continuation-token') ? '' : '<ContinuationToken>2</ContinuationToken>'
    }</ListAllMyBucketsResult>`,
  })
  const containers = await standInDriver(server).driver.listContainers()
  expect(containers.map(({ name }) => name)).toEqual(['b', 'b2'])
})

describe('containers that have answered lately', () => {
  test('are known for a minute', () => {
    let now = 0
    const seen = seenContainers(() => now)
    seen.add('box')
    now = 59_999
    expect(seen.has('box')).toBe(true)
    now = 60_000
    expect(seen.has('box')).toBe(false)
    seen.add('box')
    seen.forget('box')
    expect(seen.has('box')).toBe(false)
  })

  test('are not kept without end', () => {
    const seen = seenContainers(() => 0)
    for (let index = 0; index < 1001; index += 1) seen.add(`box${index}`)
    expect(seen.has('box0')).toBe(false)
    expect(seen.has('box1')).toBe(true)
  })
})

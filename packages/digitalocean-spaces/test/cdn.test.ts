import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { fetchTransport } from '@cloudstore/core'
import { SpacesKeys, type CdnChanges } from '../src/index.ts'
import { cdnSetting, storageKey, storageSecret, type CdnSetting } from './support/cdn-setting.ts'
import { apiToken, failure } from './support/digitalocean-api.ts'
import { failureOf } from './support/failure-of.ts'

const photosOrigin = 'photos.nyc3.digitaloceanspaces.com'

let setting: CdnSetting

beforeEach(async () => {
  setting = await cdnSetting()
})

afterEach(async () => {
  await setting.close()
})

describe('enableContainerCdn', () => {
  test('makes an endpoint with the settings of the call, else of the driver', async () => {
    const { api } = setting
    const driver = setting.open({ cdn: { ttl: 600, certificateId: 'of-the-driver' } })
    const options = { ttl: 86_400, customDomain: 'cdn.example.com' } as const
    expect(await driver.enableContainerCdn(driver.container('photos'), options)).toBe(true)
    expect(api.endpoints).toMatchObject([
      {
        origin: photosOrigin,
        ttl: 86_400,
        custom_domain: 'cdn.example.com',
        certificate_id: 'of-the-driver',
      },
    ])
    const sent = api.requests.find(({ method }) => method === 'POST')
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      origin: photosOrigin,
      ttl: 86_400,
      custom_domain: 'cdn.example.com',
      certificate_id: 'of-the-driver',
    })
  })

  test.each([[60], [600], [3600], [86_400], [604_800]] as const)(
    'takes a time of %d',
    async (ttl) => {
      const photos = setting.open().container('photos')
      await photos.enableCdn({ ttl })
      expect(setting.api.endpoints).toMatchObject([{ ttl }])
    },
  )

  test('is idempotent: an endpoint that is as wanted is left alone', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin, { ttl: 600 })
    const driver = setting.open()
    const photos = driver.container('photos')
    await photos.enableCdn()
    await photos.enableCdn({ ttl: 600 })
    expect(api.endpoints).toHaveLength(1)
    expect(api.count('POST')).toBe(0)
    expect(api.count('PUT')).toBe(0)
    // Requests are few: five in ten seconds.
    expect(api.requests).toHaveLength(2)
  })

  test('changes the time and the domain of one that is there in one request', async () => {
    const { api } = setting
    const { id } = api.addEndpoint(photosOrigin, { ttl: 60 })
    const driver = setting.open()
    await driver.container('photos').enableCdn({
      ttl: 604_800,
      customDomain: 'img.example.com',
      certificateId: 'needs-cloudflare-cert',
    })
    expect(api.count('PUT')).toBe(1)
    expect(api.endpoints).toMatchObject([
      {
        id,
        ttl: 604_800,
        custom_domain: 'img.example.com',
        certificate_id: 'needs-cloudflare-cert',
      },
    ])
    await driver.container('photos').enableCdn({ ttl: 3600 })
    const [, last] = api.requests.filter(({ method }) => method === 'PUT')
    expect(JSON.parse(last?.body ?? '')).toEqual({ ttl: 3600 })
  })

  test('calls at the same time make one endpoint', async () => {
    const driver = setting.open()
    const photos = driver.container('photos')
    await Promise.all([photos.enableCdn(), photos.enableCdn(), photos.enableCdn({ ttl: 60 })])
    expect(setting.api.endpoints).toMatchObject([{ ttl: 60 }])
    expect(setting.api.count('POST')).toBe(1)
  })

  test('finds the endpoint that somebody else made at the same time', async () => {
    const { api } = setting
    const driver = setting.open()
    api.plan('GET', { status: 200, body: { endpoints: [], meta: { total: 0 } } })
    api.addEndpoint(photosOrigin)
    await driver.container('photos').enableCdn({ ttl: 60 })
    expect(api.endpoints).toMatchObject([{ ttl: 60 }])
  })

  test.each([[0], [61], [3601]])('refuses a time of %d before anything is sent', async (ttl) => {
    const driver = setting.open()
    const error = await failureOf(driver.container('photos').enableCdn({ ttl: ttl as 60 }))
    expect(error).toMatchObject({ code: 'InvalidArgument' })
    expect(error.message).toContain('ttl')
    expect(setting.api.requests).toEqual([])
    expect(setting.storage.requests).toEqual([])
  })

  test.each(['https://cdn.example.com', 'cdn', 'a b.example', 'cdn.example.com/x'])(
    'refuses the domain %j before anything is sent',
    async (customDomain) => {
      const driver = setting.open()
      const error = await failureOf(driver.container('photos').enableCdn({ customDomain }))
      expect(error).toMatchObject({ code: 'InvalidArgument' })
      expect(error.message).toContain('customDomain')
      expect(setting.api.requests).toEqual([])
    },
  )

  test('a domain needs a certificate, its own or that of the endpoint', async () => {
    const { api } = setting
    const photos = setting.open().container('photos')
    const error = await failureOf(photos.enableCdn({ ttl: 60, customDomain: 'cdn.example.com' }))
    expect(error).toMatchObject({ code: 'InvalidArgument', container: 'photos' })
    expect(error.message).toContain('certificateId')
    const alone = await failureOf(photos.enableCdn({ certificateId: 'c1' }))
    expect(alone).toMatchObject({ code: 'InvalidArgument' })
    expect(alone.hint).toContain('customDomain')
    expect(api.endpoints).toEqual([])
    const before = { ...api.addEndpoint(photosOrigin, { ttl: 600 }) }
    await failureOf(photos.enableCdn({ ttl: 60, customDomain: 'cdn.example.com' }))
    expect(api.endpoints).toEqual([before])
    await photos.enableCdn({ customDomain: 'cdn.example.com', certificateId: 'c1' })
    await photos.enableCdn({ customDomain: 'img.example.com' })
    expect(api.endpoints).toMatchObject([
      { custom_domain: 'img.example.com', certificate_id: 'c1', ttl: 600 },
    ])
  })

  test("the driver's certificate is for domains, and in nobody's way without one", async () => {
    const { api, storage } = setting
    storage.publicObjects.add('photos/cat.jpg')
    const driver = setting.open({ cdn: { certificateId: 'wildcard' } })
    const photos = driver.container('photos')
    await photos.enableCdn()
    expect(api.endpoints).toMatchObject([{ certificate_id: '', custom_domain: '' }])
    await photos.enableCdn({ customDomain: 'cdn.example.com' })
    expect(api.endpoints).toMatchObject([{ certificate_id: 'wildcard' }])
    await driver.disableContainerCdn(photos)
    await driver.object('photos', 'cat.jpg').enableCdn()
    expect(api.endpoints).toMatchObject([{ certificate_id: '', custom_domain: '' }])
  })

  test('two drivers at the same time make one endpoint', async () => {
    const { api } = setting
    api.plan('POST', { status: 409, delay: 30, body: { id: 'conflict', message: 'there' } })
    const drivers = [setting.open(), setting.open(), setting.open()]
    const enabling = drivers.map((driver) => driver.container('photos').enableCdn({ ttl: 60 }))
    expect(await Promise.all(enabling)).toEqual([true, true, true])
    expect(api.endpoints).toMatchObject([{ ttl: 60 }])
    expect(api.count('POST')).toBe(3)
  })

  test('a domain in other letters is the same domain', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin, { custom_domain: 'cdn.example.com', certificate_id: 'c1' })
    await setting.open().container('photos').enableCdn({ customDomain: 'CDN.Example.com' })
    expect(api.count('PUT')).toBe(0)
  })

  test('a container that does not exist gets none', async () => {
    const driver = setting.open()
    const error = await failureOf(driver.container('missing').enableCdn())
    expect(error).toMatchObject({
      code: 'ContainerDoesNotExist',
      operation: 'enableContainerCdn',
      container: 'missing',
    })
    expect(setting.api.endpoints).toEqual([])
  })

  test('a container with a dot in its name has no host at the CDN', async () => {
    const driver = setting.open()
    const error = await failureOf(driver.container('my.photos').enableCdn())
    expect(error).toMatchObject({ code: 'UnsupportedOperation' })
    expect(error.hint).toContain('hyphens')
    expect(setting.api.requests).toEqual([])
  })

  test('an endpoint that was made although the answer got lost is found', async () => {
    const { api } = setting
    api.plan('POST', { status: 201, broken: true }, { acts: true })
    const driver = setting.open()
    expect(await driver.container('photos').enableCdn()).toBe(true)
    expect(api.endpoints).toHaveLength(1)
    expect(api.count('POST')).toBe(1)
  })

  test('an answer that cannot be read is no failure when the endpoint is there', async () => {
    const { api } = setting
    api.plan('POST', { status: 201, body: '<html>' }, { acts: true })
    await setting.open().container('photos').enableCdn()
    expect(api.endpoints).toHaveLength(1)
  })

  test('a failure that made nothing says so', async () => {
    const { api } = setting
    api.plan('POST', failure(422, 'unprocessable_entity', 'certificate is not valid'))
    const error = await failureOf(setting.open().container('photos').enableCdn())
    expect(error).toMatchObject({
      code: 'InvalidArgument',
      status: 422,
      serverCode: 'unprocessable_entity',
      requestId: '4d9d8375-3c56-4925-a3e7-eb137fed17e9',
    })
    expect(error.message).toContain('certificate is not valid')
    expect(error.hint).toContain('Nothing was left')
  })

  test.each([
    ['no answer', { status: 201, broken: true }, 'Network'],
    ['an answer of success that cannot be read', { status: 201, body: '' }, 'MalformedResponse'],
    ['a conflict with nothing', failure(409, 'conflict', 'it exists'), 'Conflict'],
  ] as const)('after %s nothing is promised: it may still come', async (_what, answer, code) => {
    const { api } = setting
    api.plan('POST', answer)
    const photos = setting.open().container('photos')
    const error = await failureOf(photos.enableCdn())
    expect(error).toMatchObject({ code, outcome: 'unknown' })
    expect(error.hint).toContain('may still be at work on it')
    expect(api.count('GET')).toBe(2)
    expect(api.count('POST')).toBe(1)
    // Meanwhile it has come; whoever tries again gets no second one.
    api.addEndpoint(photosOrigin)
    expect(await photos.enableCdn()).toBe(true)
    expect(api.endpoints).toHaveLength(1)
  })

  test('when nobody can tell what is left, the error says that', async () => {
    const { api } = setting
    const driver = setting.open({ retries: false })
    api.plan('POST', { status: 201, broken: true }, { acts: true })
    const enabling = driver.container('photos').enableCdn()
    // The listings before it answer; the one after it does not.
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (api.count('POST') === 0) return
        clearInterval(timer)
        resolve()
      }, 1)
      api.plan('GET', { status: 200, body: { endpoints: [], meta: { total: 0 } } })
      api.plan('GET', failure(503, 'unavailable', 'try later'))
    })
    const error = await failureOf(enabling)
    expect(error).toMatchObject({ code: 'Network', outcome: 'unknown' })
    expect(error.cleanupError).toMatchObject({ code: 'ServiceUnavailable' })
    expect(error.hint).toContain('disableContainerCdn')
  })

  test('a change that is refused leaves everything as it was', async () => {
    const { api } = setting
    const before = { ...api.addEndpoint(photosOrigin) }
    api.plan('PUT', failure(422, 'unprocessable_entity', 'no such certificate'))
    const error = await failureOf(
      setting
        .open()
        .container('photos')
        .enableCdn({ ttl: 60, customDomain: 'a.example.com', certificateId: 'x' }),
    )
    expect(error).toMatchObject({ code: 'InvalidArgument', status: 422 })
    expect(api.endpoints).toEqual([before])
  })

  test.each([[true], [false]])(
    'one that is cancelled half-way leaves the whole endpoint or none, and is known anew: %s',
    async (acts) => {
      const { api } = setting
      const driver = setting.open()
      const photos = driver.container('photos')
      api.plan('POST', { status: 201, delay: 1000 }, { acts })
      const controller = new AbortController()
      const reason = new Error('enough')
      const enabling = photos.enableCdn({ ttl: 600, signal: controller.signal })
      const timer = setInterval(() => {
        if (api.count('POST') === 1) controller.abort(reason)
      }, 1)
      await expect(enabling).rejects.toBe(reason)
      clearInterval(timer)
      expect(api.endpoints).toMatchObject(acts ? [{ ttl: 600 }] : [])
      // Nothing that was known before the call is believed any more.
      const url = photos.cdnUrl().catch(() => 'none')
      expect(await url).toBe(acts ? `https://${photosOrigin.replace('nyc3', 'nyc3.cdn')}` : 'none')
      expect(await photos.enableCdn({ ttl: 600 })).toBe(true)
      expect(api.endpoints).toMatchObject([{ ttl: 600 }])
      expect(await driver.disableContainerCdn(photos)).toBe(true)
      expect(api.endpoints).toEqual([])
    },
  )

  test('a change whose answer got lost is not believed to have failed', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin, { custom_domain: 'old.example.com', certificate_id: 'c1' })
    const driver = setting.open({ retries: false })
    const photos = driver.container('photos')
    expect(await photos.cdnUrl()).toBe('https://old.example.com')
    api.plan('PUT', { status: 200, broken: true }, { acts: true })
    const error = await failureOf(photos.enableCdn({ customDomain: 'new.example.com' }))
    expect(error).toMatchObject({ code: 'Network', outcome: 'unknown' })
    expect(await photos.cdnUrl()).toBe('https://new.example.com')
    api.plan('PUT', { status: 200, broken: true }, { acts: true })
    await failureOf(driver.cdn.updateEndpoint('photos', { customDomain: 'third.example.com' }))
    expect(await photos.cdnUrl()).toBe('https://third.example.com')
  })

  test('an endpoint that was deleted since it was looked up is made anew', async () => {
    const { api } = setting
    const driver = setting.open()
    api.addEndpoint(photosOrigin)
    await driver.container('photos').cdnUrl()
    api.endpoints.length = 0
    await driver.container('photos').enableCdn()
    expect(api.endpoints).toMatchObject([{ origin: photosOrigin }])
  })
})

describe('enableObjectCdn', () => {
  test('puts the CDN in front of the container of a public object', async () => {
    const { api, storage } = setting
    storage.publicObjects.add('photos/cat.jpg')
    const driver = setting.open({ cdn: { ttl: 600 } })
    const cat = driver.object('photos', 'cat.jpg')
    expect(await driver.enableObjectCdn(cat)).toBe(true)
    expect(await cat.enableCdn()).toBe(true)
    expect(api.endpoints).toMatchObject([{ origin: photosOrigin, ttl: 600 }])
    expect(api.count('POST')).toBe(1)
    // The second one was known.
    expect(api.requests).toHaveLength(2)
  })

  test("sets the driver's settings on an endpoint that is there, as for containers", async () => {
    const { api, storage } = setting
    storage.publicObjects.add('photos/cat.jpg')
    api.addEndpoint(photosOrigin, { ttl: 86_400 })
    await setting.open().object('photos', 'cat.jpg').enableCdn()
    expect(api.endpoints).toMatchObject([{ ttl: 86_400 }])
    const driver = setting.open({ cdn: { ttl: 60 } })
    // From here on the endpoint is known, and not as it is wanted.
    await driver.container('photos').cdnUrl()
    const cat = driver.object('photos', 'cat.jpg')
    await cat.enableCdn()
    await cat.enableCdn()
    expect(api.endpoints).toMatchObject([{ ttl: 60 }])
    expect(api.count('PUT')).toBe(1)
  })

  test('refuses an object that is not public', async () => {
    const { api, storage } = setting
    storage.privateObjects.add('photos/diary.txt')
    const error = await failureOf(setting.open().object('photos', 'diary.txt').enableCdn())
    expect(error).toMatchObject({ code: 'AccessDenied', key: 'diary.txt', container: 'photos' })
    expect(error.message).toContain('ACL of this object is not public-read')
    expect(error.hint).toContain('setObjectAcl')
    expect(api.endpoints).toEqual([])
  })

  test('an object that is not there is said to be missing', async () => {
    const error = await failureOf(setting.open().object('photos', 'none').enableCdn())
    expect(error).toMatchObject({ code: 'ObjectDoesNotExist' })
  })
})

describe('disableContainerCdn', () => {
  test('removes the endpoint, and is happy when there is none', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    api.addEndpoint('others.nyc3.digitaloceanspaces.com')
    const driver = setting.open()
    const photos = driver.container('photos')
    expect(await driver.disableContainerCdn(photos)).toBe(true)
    expect(await driver.disableContainerCdn(photos)).toBe(true)
    expect(api.endpoints).toMatchObject([{ origin: 'others.nyc3.digitaloceanspaces.com' }])
    expect(api.count('DELETE')).toBe(1)
  })

  test('a removal whose answer got lost is not believed to have failed', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    const driver = setting.open({ retries: false })
    const photos = driver.container('photos')
    await photos.cdnUrl()
    api.plan('DELETE', { status: 204, broken: true }, { acts: true })
    expect(await failureOf(driver.disableContainerCdn(photos))).toMatchObject({ code: 'Network' })
    expect(await failureOf(photos.cdnUrl())).toMatchObject({ code: 'UnsupportedOperation' })
  })

  test('one that somebody else has removed meanwhile counts as removed', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    api.plan('DELETE', failure(404, 'not_found', 'gone'))
    const driver = setting.open()
    expect(await driver.disableContainerCdn(driver.container('photos'))).toBe(true)
  })
})

describe('addresses', () => {
  test('are those of the endpoint', async () => {
    setting.api.addEndpoint(photosOrigin)
    const driver = setting.open()
    const photos = driver.container('photos')
    const host = 'https://photos.nyc3.cdn.digitaloceanspaces.com'
    expect(await driver.getContainerCdnUrl(photos)).toBe(host)
    expect(await driver.getObjectCdnUrl(driver.object('photos', 'a b/ü+%2F//.'))).toBe(
      `${host}/a%20b/%C3%BC%2B%252F//.`,
    )
  })

  test('have the own domain where there is one', async () => {
    setting.api.addEndpoint(photosOrigin, { custom_domain: 'cdn.example.com' })
    const photos = setting.open().container('photos')
    expect(await photos.cdnUrl()).toBe('https://cdn.example.com')
  })

  test('are not made up where there is no endpoint', async () => {
    const error = await failureOf(setting.open().container('photos').cdnUrl())
    expect(error).toMatchObject({ code: 'UnsupportedOperation' })
    expect(error.hint).toContain('enableContainerCdn')
    expect(error.hint).toContain('Whether the container exists was not asked')
  })

  test('one listing answers for five minutes, for all containers and all who ask at once', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    api.addEndpoint('videos.nyc3.digitaloceanspaces.com')
    const driver = setting.open()
    await Promise.all(
      ['photos', 'videos', 'photos', 'videos'].map((name) => driver.container(name).cdnUrl()),
    )
    await driver.container('photos').cdnUrl()
    expect(api.count('GET')).toBe(1)
    // A change is known at once.
    await driver.disableContainerCdn(driver.container('photos'))
    await expect(driver.container('photos').cdnUrl()).rejects.toMatchObject({
      code: 'UnsupportedOperation',
    })
    await driver.container('photos').enableCdn()
    expect(await driver.container('photos').cdnUrl()).toContain('photos.nyc3.cdn.')
  })

  test('who gives up does not take the answer away from the others', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    api.plan('GET', { status: 200, delay: 150 }, { acts: false })
    api.plan('GET', { status: 200, delay: 1 })
    const driver = setting.open()
    const photos = driver.container('photos')
    const controller = new AbortController()
    const first = photos.cdnUrl({ signal: controller.signal })
    const second = failureOf(photos.cdnUrl())
    controller.abort(new Error('enough'))
    await expect(first).rejects.toThrow('enough')
    expect(await second).toMatchObject({ code: 'MalformedResponse' })
    expect(api.count('GET')).toBe(1)
  })

  test('pages are asked for by number, and links are not followed', async () => {
    const { api, storage } = setting
    api.nextLink = `${storage.url}/v2/cdn/endpoints?page=2`
    for (let index = 0; index < 9; index += 1) {
      api.addEndpoint(`bucket-${index}.nyc3.digitaloceanspaces.com`)
    }
    api.addEndpoint(photosOrigin)
    api.largestPage = 4
    const driver = setting.open()
    expect(await driver.container('photos').cdnUrl()).toContain('photos')
    expect(api.requests.map(({ path }) => path)).toEqual(
      [1, 2, 3].map((page) => `/v2/cdn/endpoints?per_page=200&page=${page}`),
    )
    const hosts: string[] = []
    for await (const { origin } of driver.cdn.listEndpoints()) hosts.push(origin)
    expect(hosts).toHaveLength(10)
    expect(storage.requests).toEqual([])
  })
})

describe('purgeContainerCdn', () => {
  test('sends keys as they are, wildcards too', async () => {
    const { api } = setting
    const { id } = api.addEndpoint(photosOrigin)
    const driver = setting.open()
    const paths = ['a b.jpg', 'css/*', 'a*b', 'a//b', '\u00fc', 'u\u0308', 'a%20b', 'css/*']
    expect(await driver.purgeContainerCdn(driver.container('photos'), paths)).toBe(true)
    expect(api.purged).toEqual([
      { id, files: ['a b.jpg', 'css/*', 'a*b', 'a//b', '\u00fc', 'u\u0308', 'a%20b'] },
    ])
  })

  test('everything is one path', async () => {
    const { api } = setting
    const { id } = api.addEndpoint(photosOrigin)
    const driver = setting.open()
    await driver.purgeContainerCdn(driver.container('photos'), ['a', '*', 'b'])
    expect(api.purged).toEqual([{ id, files: ['*'] }])
  })

  test('goes out in batches of 50', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    const driver = setting.open()
    const paths = Array.from({ length: 120 }, (_, index) => `photo-${index}.jpg`)
    await driver.purgeContainerCdn(driver.container('photos'), paths)
    expect(api.purged.map(({ files }) => files.length)).toEqual([50, 50, 20])
    expect(api.purged.flatMap(({ files }) => files)).toEqual(paths)
  })

  test('waits while another purge is in progress', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    api.plan('DELETE', failure(409, 'conflict', 'a purge is in progress'))
    api.plan('DELETE', failure(422, 'unprocessable_entity', 'identical purge already in progress'))
    const driver = setting.open()
    await driver.purgeContainerCdn(driver.container('photos'), ['a'])
    expect(api.purged).toHaveLength(1)
    expect(api.count('DELETE')).toBe(3)
  })

  test('tries again after 429', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    api.plan('DELETE', {
      ...failure(429, 'too_many_requests', 'API rate limit exceeded.'),
      headers: { 'retry-after': '0' },
    })
    const driver = setting.open()
    await driver.purgeContainerCdn(driver.container('photos'), ['a'])
    expect(api.purged).toHaveLength(1)
  })

  test('the same one twice at once goes out one after the other, others at once', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    const driver = setting.open()
    const photos = driver.container('photos')
    api.plan('DELETE', { status: 204, delay: 100 }, { times: 3, acts: true })
    await Promise.all([
      driver.purgeContainerCdn(photos, ['a', 'b']),
      driver.purgeContainerCdn(photos, ['a', 'b']),
      driver.purgeContainerCdn(photos, ['c']),
    ])
    const [first = 0, second = 0, third = 0] = api.requests
      .filter(({ method }) => method === 'DELETE')
      .map(({ at }) => at)
    expect(second - first).toBeLessThan(80)
    expect(third - first).toBeGreaterThanOrEqual(98)
    expect(api.purged).toHaveLength(3)
  })

  test('one that others have enabled since the last look is found', async () => {
    const { api } = setting
    const driver = setting.open()
    const photos = driver.container('photos')
    expect(await failureOf(photos.cdnUrl())).toMatchObject({ code: 'UnsupportedOperation' })
    const { id } = api.addEndpoint(photosOrigin)
    await driver.purgeContainerCdn(photos, ['a'])
    expect(api.purged).toEqual([{ id, files: ['a'] }])
  })

  test('says how far it came, and keeps the advice', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    const driver = setting.open()
    api.plan('DELETE', { status: 204 })
    api.plan('DELETE', failure(403, 'forbidden', 'no'))
    const paths = Array.from({ length: 51 }, (_, index) => `${index}`)
    const error = await failureOf(driver.purgeContainerCdn(driver.container('photos'), paths))
    expect(error).toMatchObject({ code: 'AccessDenied' })
    expect(error.hint).toMatch(/first 50 of 51 paths were purged\. .*scope cdn:delete/)
  })

  test('says how far it came', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    const driver = setting.open({ retries: false })
    const paths = Array.from({ length: 60 }, (_, index) => `${index}`)
    api.plan('DELETE', { status: 204 })
    api.plan('DELETE', failure(500, 'server_error', 'oh'))
    const error = await failureOf(driver.purgeContainerCdn(driver.container('photos'), paths))
    expect(error).toMatchObject({ code: 'ServiceUnavailable' })
    expect(error.hint).toContain('first 50 of 60')
  })

  test('an endpoint that was made anew is found', async () => {
    const { api } = setting
    api.addEndpoint(photosOrigin)
    const driver = setting.open()
    await driver.container('photos').cdnUrl()
    api.endpoints.length = 0
    const { id } = api.addEndpoint(photosOrigin)
    await driver.purgeContainerCdn(driver.container('photos'), ['a'])
    expect(api.purged).toEqual([{ id, files: ['a'] }])
  })

  test.each([
    ['nothing', []],
    ['an empty path', ['a', '']],
    ['a URL', ['https://photos.nyc3.cdn.digitaloceanspaces.com/a']],
    ['a path that begins with a slash', ['/logo.svg']],
    ['a path that no key has', ['é'.repeat(513)]],
    ['more than a call takes', Array.from({ length: 1001 }, (_, index) => `${index}`)],
  ])('refuses %s before anything is sent', async (_what, paths) => {
    const driver = setting.open()
    const error = await failureOf(driver.purgeContainerCdn(driver.container('photos'), paths))
    expect(error).toMatchObject({ code: 'InvalidArgument', operation: 'purgeContainerCdn' })
    expect(setting.api.requests).toEqual([])
  })

  test('without an endpoint there is nothing to purge', async () => {
    const driver = setting.open()
    const error = await failureOf(driver.purgeContainerCdn(driver.container('photos'), ['a']))
    expect(error).toMatchObject({ code: 'UnsupportedOperation' })
    expect(error.hint).toContain('enableContainerCdn')
  })
})

describe('driver.cdn', () => {
  test('tells and changes the settings of an endpoint', async () => {
    const { api } = setting
    const { id } = api.addEndpoint(photosOrigin, {
      custom_domain: 'cdn.example.com',
      certificate_id: 'c1',
    })
    const { cdn } = setting.open()
    expect(await cdn.getEndpoint('videos')).toBeUndefined()
    expect(await cdn.getEndpoint('photos')).toEqual({
      id,
      origin: photosOrigin,
      host: 'photos.nyc3.cdn.digitaloceanspaces.com',
      ttl: 3600,
      customDomain: 'cdn.example.com',
      certificateId: 'c1',
      createdAt: new Date('2026-01-31T12:00:00Z'),
    })
    expect(await cdn.updateEndpoint('photos', { ttl: 60 })).toMatchObject({ ttl: 60 })
    // A change of the one takes the other away, unless it is named again.
    const sent = (): object => JSON.parse(api.requests.at(-1)?.body ?? '')
    await cdn.updateEndpoint('photos', { customDomain: 'img.example.com' })
    expect(sent()).toEqual({ custom_domain: 'img.example.com', certificate_id: 'c1' })
    await cdn.updateEndpoint('photos', { certificateId: 'c2', ttl: 600 })
    expect(sent()).toEqual({ ttl: 600, custom_domain: 'img.example.com', certificate_id: 'c2' })
    const changed = await cdn.updateEndpoint('photos', { customDomain: null })
    expect(changed).not.toHaveProperty('customDomain')
    expect(changed).not.toHaveProperty('certificateId')
    expect(api.endpoints).toMatchObject([{ ttl: 600, custom_domain: '', certificate_id: '' }])
    for (const change of [{ customDomain: 'a.example.com' }, { certificateId: 'c1' }]) {
      const error = await failureOf(cdn.updateEndpoint('photos', change))
      expect(error).toMatchObject({ code: 'InvalidArgument', operation: 'updateEndpoint' })
    }
    expect(api.endpoints).toMatchObject([{ custom_domain: '', certificate_id: '' }])
  })

  test('what is no name of a container is refused', async () => {
    const { cdn } = setting.open()
    for (const wrong of [undefined, '', 'Bad/Name', { name: 'photos' }]) {
      for (const call of [
        () => cdn.getEndpoint(wrong as string),
        () => cdn.updateEndpoint(wrong as string, { ttl: 60 }),
      ]) {
        expect(await failureOf(call)).toMatchObject({ code: 'InvalidContainerName' })
      }
    }
    expect(setting.api.requests).toEqual([])
  })

  test.each([
    [{}, 'nothing to change'],
    [undefined, 'must be an object'],
    [{ ttl: 60, costumDomain: 'cdn.example.com' }, 'costumDomain'],
    [{ ttl: 61 }, 'ttl'],
    [{ certificateId: 5 }, 'certificateId'],
    [{ customDomain: null, certificateId: 'x' }, 'certificateId'],
    [{ customDomain: 'http://x.y' }, 'customDomain'],
  ])('refuses the changes %j', async (changes, words) => {
    const error = await failureOf(
      setting.open().cdn.updateEndpoint('photos', changes as CdnChanges),
    )
    expect(error).toMatchObject({ code: 'InvalidArgument', container: 'photos' })
    expect(error.message).toContain(words)
    expect(setting.api.requests).toEqual([])
  })
})

describe('what goes where', () => {
  test.each([['2'], ['4']] as const)(
    'the token goes to the API alone, the keys of the storage to the storage alone, under %s',
    async (signatureVersion) => {
      const { api, storage } = setting
      storage.publicObjects.add('photos/cat.jpg')
      const events: object[] = []
      const driver = setting.open({ signatureVersion, onEvent: (event) => events.push(event) })
      const photos = driver.container('photos')
      await photos.enableCdn()
      await driver.object('photos', 'cat.jpg').enableCdn()
      await driver.purgeContainerCdn(photos, ['cat.jpg'])
      await driver.disableContainerCdn(photos)
      expect(api.requests.length).toBeGreaterThan(3)
      expect(storage.requests.length).toBeGreaterThan(1)
      for (const { headers } of api.requests) {
        expect(headers['authorization']).toBe(`Bearer ${apiToken}`)
      }
      expect(JSON.stringify(storage.requests)).not.toContain(apiToken)
      expect(JSON.stringify(api.requests)).not.toContain(storageKey)
      expect(JSON.stringify(api.requests)).not.toContain(storageSecret)
      const keys = new SpacesKeys({
        token: apiToken,
        apiEndpoint: api.url,
        rateLimit: false,
        onEvent: (event) => events.push(event),
      })
      const grants = [{ bucket: 'photos', permission: 'read' as const }]
      const { secretKey } = await keys.create({ name: 'reader', grants })
      await keys.close()
      expect(events.length).toBeGreaterThan(10)
      for (const secret of [apiToken, storageSecret, secretKey]) {
        expect(JSON.stringify(events)).not.toContain(secret)
      }
    },
  )

  test('a redirection takes nothing elsewhere', async () => {
    const { api, storage } = setting
    const answer = { status: 307, headers: { location: `${storage.url}/v2/cdn/endpoints` } }
    api.plan('', answer, { times: 2 })
    const driver = setting.open()
    const photos = driver.container('photos')
    expect(await failureOf(photos.cdnUrl())).toMatchObject({ status: 307 })
    expect(await failureOf(driver.purgeContainerCdn(photos, ['a']))).toMatchObject({ status: 307 })
    expect(storage.requests).toEqual([])
  })

  test('the transport of fetch serves as well: a DELETE with a body', async () => {
    const { api } = setting
    const driver = setting.open({ transport: fetchTransport() })
    const photos = driver.container('photos')
    await photos.enableCdn({ ttl: 60 })
    await driver.purgeContainerCdn(photos, ['a', 'b/*'])
    expect(api.purged.map(({ files }) => files)).toEqual([['a', 'b/*']])
    expect(await driver.disableContainerCdn(photos)).toBe(true)
  })

  test('no public object shows the token', async () => {
    const { inspect } = await import('node:util')
    const driver = setting.open()
    for (const shown of [driver, driver.cdn, driver.backend, driver.container('photos')]) {
      const options = { depth: 20, showHidden: true, getters: true }
      expect(inspect(shown, options)).not.toContain(apiToken)
      expect(JSON.stringify(shown) ?? '').not.toContain(apiToken)
      expect(JSON.stringify({ ...shown })).not.toContain(apiToken)
    }
  })
})

describe('without a token', () => {
  const open = (options = {}): ReturnType<CdnSetting['open']> =>
    setting.open({ ...options, cdn: { token: undefined, apiEndpoint: undefined, ...options } })

  test('what needs the API names the option that is missing', async () => {
    const driver = open()
    const photos = driver.container('photos')
    const calls = {
      enableContainerCdn: () => driver.enableContainerCdn(photos),
      disableContainerCdn: () => driver.disableContainerCdn(photos),
      enableObjectCdn: () => driver.enableObjectCdn(driver.object('photos', 'a')),
      purgeContainerCdn: () => driver.purgeContainerCdn(photos, ['a']),
      getEndpoint: () => driver.cdn.getEndpoint('photos'),
      updateEndpoint: () => driver.cdn.updateEndpoint('photos', { ttl: 60 }),
      listEndpoints: async () => {
        for await (const { id } of driver.cdn.listEndpoints()) throw new Error(`there is ${id}`)
      },
    }
    for (const [operation, call] of Object.entries(calls)) {
      const error = await failureOf(call())
      expect(error).toMatchObject({ code: 'UnsupportedOperation', operation })
      expect(error.message).toContain('cdn.token')
    }
    expect(setting.storage.requests).toEqual([])
  })

  test("the usual pattern is not used for an endpoint that is not DigitalOcean's", async () => {
    const error = await failureOf(open().container('photos').cdnUrl())
    expect(error).toMatchObject({ code: 'UnsupportedOperation' })
    expect(error.hint).toContain('cdn.customDomain')
    expect(error.hint).toContain('cdn.token')
  })
})

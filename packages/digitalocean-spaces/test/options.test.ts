import { inspect } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { configFromEnv, getDriver, openDriver, Provider, type StorageError } from '@cloudstore/core'
import { DigitalOceanSpacesStorageDriver } from '../src/index.ts'
import { parseOptions } from '../src/options.ts'
import { failureOf } from './support/failure-of.ts'

const credentials = { key: 'KEY00000000000000001', secret: 'secret-that-nobody-may-see' }

function open(options: object = {}): DigitalOceanSpacesStorageDriver {
  return new DigitalOceanSpacesStorageDriver({ ...credentials, ...options })
}

function problemOf(options: unknown): StorageError {
  try {
    parseOptions(options)
  } catch (error) {
    return error as StorageError
  }
  throw new Error('nothing was refused')
}

async function urlOf(options: object): Promise<string> {
  const driver = open(options)
  return driver.getObjectUrl(driver.object('photos', 'cat.jpg'))
}

describe('defaults', () => {
  test('are the documented ones', async () => {
    const driver = open()
    expect(driver).toMatchObject({
      name: 'DigitalOcean Spaces (nyc3)',
      provider: 'digitalocean_spaces',
      region: 'nyc3',
    })
    expect(await urlOf({})).toBe('https://photos.nyc3.digitaloceanspaces.com/cat.jpg')
    const { url } = await driver.container('photos').presign('cat.jpg')
    // Version 2 names the key like this, version 4 X-Amz-Credential.
    expect(url).toContain(`AWSAccessKeyId=${credentials.key}&`)
  })

  test('what is printed says where requests go, and no secret', () => {
    const driver = open({ endpoint: 'http://127.0.0.1:9000/s3', cdn: { token: 'dop_v1_token' } })
    expect(JSON.parse(JSON.stringify(driver))).toEqual({
      name: 'DigitalOcean Spaces (nyc3)',
      provider: 'digitalocean_spaces',
    })
    expect(inspect(driver)).toContain("endpoint: 'http://127.0.0.1:9000'")
    expect(inspect(driver, { depth: 20, showHidden: true })).not.toMatch(/secret-that|dop_v1/)
    expect(open().endpoint).toBe('https://nyc3.digitaloceanspaces.com')
  })

  test.each([['4'], [4]])('signature version %j', async (signatureVersion) => {
    const driver = open({ signatureVersion, region: 'fra1' })
    const { url } = await driver.container('photos').presign('cat.jpg')
    expect(url).toContain('X-Amz-Algorithm=AWS4-HMAC-SHA256')
    expect(url).toMatch(/%2Ffra1%2Fs3%2Faws4_request/)
  })

  test('drivers of different versions and regions do not change each other', async () => {
    const urlSigned = async (driver: DigitalOceanSpacesStorageDriver): Promise<string> =>
      (await driver.container('photos').presign('cat.jpg')).url
    const first = open()
    const second = open({ signatureVersion: '4', region: 'ams3' })
    expect(await urlSigned(first)).toMatch(/^https:\/\/photos\.nyc3\..*AWSAccessKeyId=/)
    expect(await urlSigned(second)).toMatch(/^https:\/\/photos\.ams3\..*X-Amz-Algorithm=/)
    expect([first.region, second.region]).toEqual(['nyc3', 'ams3'])
  })

  test.each(
    open()
      .listRegions()
      .map((region) => [region]),
  )('region %s', async (region) => {
    expect(open({ region }).name).toBe(`DigitalOcean Spaces (${region})`)
    const host = `${region}.digitaloceanspaces.com`
    expect(await urlOf({ region })).toBe(`https://photos.${host}/cat.jpg`)
  })

  test('the class comes by name', () => {
    expect(getDriver(Provider.DIGITALOCEAN_SPACES)).toBe(DigitalOceanSpacesStorageDriver)
    expect(getDriver('digitalocean-spaces')).toBe(DigitalOceanSpacesStorageDriver)
  })

  test('nothing but Spaces is registered', async () => {
    const error = await failureOf(() => getDriver('minio'))
    expect(error).toMatchObject({ code: 'ProviderNotRegistered' })
  })

  test('all regions are listed, nyc3 first', () => {
    const regions = open().listRegions()
    expect(regions[0]).toBe('nyc3')
    expect(regions).toEqual(expect.arrayContaining(['ams3', 'sfo3', 'atl1', 'ric1', 'mkc1']))
  })
})

describe('where requests go', () => {
  test.each([
    [{ region: 'fra1' }, 'https://photos.fra1.digitaloceanspaces.com/cat.jpg'],
    // Unknown, and taken: DigitalOcean opens new ones.
    [{ region: 'osl1' }, 'https://photos.osl1.digitaloceanspaces.com/cat.jpg'],
    [{ secure: false }, 'http://photos.nyc3.digitaloceanspaces.com/cat.jpg'],
    [{ port: 8443 }, 'https://photos.nyc3.digitaloceanspaces.com:8443/cat.jpg'],
    [{ addressing: 'path' }, 'https://nyc3.digitaloceanspaces.com/photos/cat.jpg'],
    [{ host: 'storage.example' }, 'https://photos.storage.example/cat.jpg'],
    [{ host: '127.0.0.1', port: 7480, secure: false }, 'http://127.0.0.1:7480/photos/cat.jpg'],
    [{ endpoint: 'http://localhost:9000/s3' }, 'http://localhost:9000/s3/photos/cat.jpg'],
    [
      { endpoint: 'https://storage.example', host: 'other.example', port: 1, secure: false },
      'https://photos.storage.example/cat.jpg',
    ],
  ])('%j', async (options, url) => {
    expect(await urlOf(options)).toBe(url)
  })

  test("the region is read from an endpoint that is DigitalOcean's", () => {
    expect(open({ endpoint: 'https://sgp1.digitaloceanspaces.com' }).region).toBe('sgp1')
    expect(open({ host: 'ams3.digitaloceanspaces.com' }).name).toBe('DigitalOcean Spaces (ams3)')
    const named = { endpoint: 'https://sgp1.digitaloceanspaces.com', region: 'us-east-1' }
    expect(open(named).region).toBe('us-east-1')
  })

  test('a dot in the name of a container leaves the wildcard certificate alone', async () => {
    const driver = open()
    expect(await driver.container('my.photos').url('cat.jpg')).toBe(
      'https://nyc3.digitaloceanspaces.com/my.photos/cat.jpg',
    )
  })
})

describe('what is refused', () => {
  test.each([
    [{ region: 'NYC3' }, 'region: expected the slug'],
    [{ region: 'nyc3.evil.example/' }, 'region: expected the slug'],
    [{ region: 'us-east-1' }, 'region: expected the slug'],
    [{ region: '' }, 'region'],
    [{ signatureVersion: '3' }, "signatureVersion: expected '2' or '4'"],
    [{ apiVersion: '2012-01-01' }, 'apiVersion'],
    [{ regoin: 'nyc3' }, 'did you mean region?'],
    [{ account: 'x' }, 'account: there is no such option'],
    [{ sessionToken: 'x' }, 'sessionToken: there is no such option'],
    [{ cdn: { tokn: 'x' } }, 'cdn.tokn: there is no such option, did you mean cdn.token?'],
    [{ cdn: { token: 'x', ttl: 61 } }, 'cdn.ttl: expected one of 60, 600, 3600, 86400, 604800'],
    [{ cdn: { token: 'two words' } }, 'invalid options: cdn.token: holds a blank'],
    [{ cdn: { token: 'dop_v1_token\n' } }, 'invalid options: cdn.token: holds a blank'],
    [{ cdn: { token: '' } }, 'invalid options: cdn.token: is empty'],
    [{ cdn: { customDomain: 'https://cdn.example.com' } }, 'cdn.customDomain: expected the name'],
    [{ cdn: { ttl: 60 } }, 'cdn.ttl: is of no use without cdn.token'],
    [{ cdn: { token: 'x', apiEndpoint: 'api' } }, 'cdn.apiEndpoint: must be a whole URL'],
    [{ cdn: { token: 'x', apiEndpoint: 'http://api.example' } }, 'http:// is for localhost'],
    [{ cdn: { token: 'x', apiEndpoint: 'https://u:p@api.example' } }, 'must not have credentials'],
    [{ endpoint: 'https://photos.nyc3.digitaloceanspaces.com' }, 'endpoint: names one bucket'],
    [{ host: 'photos.nyc3.cdn.digitaloceanspaces.com' }, 'host: names one bucket, its website or'],
    [{ host: 'nyc3-static.digitaloceanspaces.com' }, 'host: names one bucket, its website or'],
    [{ endpoint: 'https://digitaloceanspaces.com' }, 'endpoint: names no region'],
    [
      { endpoint: 'https://nyc3.digitaloceanspaces.com', region: 'fra1' },
      'region: is another one than that of the host, nyc3',
    ],
    [{ key: undefined }, 'key: missing'],
    [{ secret: 5 }, 'secret'],
  ])('%j', (options, words) => {
    const error = problemOf({ ...credentials, ...options })
    expect(error).toMatchObject({ code: 'InvalidConfig' })
    expect(error.message).toContain(words)
  })

  test('all at once, and never a value', () => {
    const error = problemOf({
      secret: 'secret-that-nobody-may-see',
      region: 'secret-region!',
      port: 'secret-port',
      apiVersion: 'secret-version',
      cdn: { token: 'secret token', ttl: 5, colour: 'secret' },
      sessionToken: 'secret-session',
      nonsense: true,
    })
    for (const name of ['region', 'port', 'apiVersion', 'cdn.token', 'cdn.ttl', 'cdn.colour']) {
      expect(error.message).toContain(name)
    }
    for (const name of ['sessionToken', 'nonsense']) expect(error.message).toContain(name)
    expect(error.message).not.toMatch(/secret[- ](that|region|port|version|token|session)/)
  })

  test.each([[undefined], [null], ['nyc3'], [[]]])('%j in the place of options', (options) => {
    const error = problemOf(options)
    expect(error).toMatchObject({ code: 'InvalidConfig' })
    expect(error.message).toContain('expected one object, such as { key, secret, region }')
  })
})

describe('from the environment', () => {
  const provider = { CLOUDSTORE_PROVIDER: 'digitalocean_spaces' }

  test('the names of other tools are read, ours win', async () => {
    const env = {
      ...provider,
      SPACES_ACCESS_KEY_ID: 'KEYOFTERRAFORM',
      SPACES_SECRET_ACCESS_KEY: 'secret-of-terraform',
      DIGITALOCEAN_TOKEN: 'dop_v1_token',
      CLOUDSTORE_CDN__TTL: '600',
      CLOUDSTORE_REGION: 'lon1',
      CLOUDSTORE_CLIENT_RATE_LIMIT__REQUESTS_PER_SECOND: '10',
      CLOUDSTORE_CLIENT_RATE_LIMIT__BURST: '10',
    }
    const driver = await openDriver(configFromEnv(env))
    const { url } = await driver.container('photos').presign('cat.jpg')
    expect(url).toContain('lon1')
    expect(url).toContain('AWSAccessKeyId=KEYOFTERRAFORM')
    const pair = { CLOUDSTORE_KEY: 'OWNKEY', CLOUDSTORE_SECRET: 'own-secret' }
    const own = await openDriver(configFromEnv({ ...env, ...pair }))
    const signed = await own.container('photos').presign('cat.jpg')
    expect(signed.url).toContain('AWSAccessKeyId=OWNKEY')
  })

  test('a key is not joined with the secret of another', async () => {
    const env = {
      ...provider,
      CLOUDSTORE_KEY: 'OWNKEY',
      SPACES_ACCESS_KEY_ID: 'KEYOFTERRAFORM',
      SPACES_SECRET_ACCESS_KEY: 'secret-of-terraform',
    }
    const error = await failureOf(openDriver(configFromEnv(env)))
    expect(error.problem).toContain('secret: missing')
    expect(error.hint).toContain('SPACES_SECRET_ACCESS_KEY is not read')
    const backup = { ...env, BACKUP_PROVIDER: 'digitalocean_spaces' }
    const none = await failureOf(openDriver(configFromEnv(backup, 'BACKUP')))
    expect(none.hint).toContain('SPACES_ACCESS_KEY_ID is not read')
  })

  test('errors name the variables and not what they hold', async () => {
    const env = { ...provider, CLOUDSTORE_REGION: 'secret region', DIGITALOCEAN_TOKEN: 'a secret' }
    const error = await failureOf(openDriver(configFromEnv(env)))
    expect(error).toMatchObject({ code: 'InvalidConfig' })
    for (const name of [
      'CLOUDSTORE_REGION',
      'CLOUDSTORE_KEY or SPACES_ACCESS_KEY_ID',
      'CLOUDSTORE_SECRET or SPACES_SECRET_ACCESS_KEY',
      'CLOUDSTORE_CDN__TOKEN or DIGITALOCEAN_TOKEN',
    ]) {
      expect(error.message).toContain(name)
    }
    expect(error.message).not.toContain('a secret')
    expect(error.message).not.toContain('secret region')
  })
})

describe('the CDN without a token', () => {
  test('is the documented pattern, or the own domain', async () => {
    const photos = open({ region: 'fra1' }).container('photos')
    expect(await photos.cdnUrl()).toBe('https://photos.fra1.cdn.digitaloceanspaces.com')
    const driver = open({ endpoint: 'https://sgp1.digitaloceanspaces.com', region: 'us-east-1' })
    expect(await driver.object('photos', 'a/../b ?').cdnUrl()).toBe(
      'https://photos.sgp1.cdn.digitaloceanspaces.com/a/../b%20%3F',
    )
    const own = open({ host: '127.0.0.1', cdn: { customDomain: 'cdn.example.com' } })
    expect(await own.object('photos', 'ü').cdnUrl()).toBe('https://cdn.example.com/%C3%BC')
  })

  test('there is none for a name with a dot', async () => {
    const error = await failureOf(open().container('my.photos').cdnUrl())
    expect(error).toMatchObject({ code: 'UnsupportedOperation', container: 'my.photos' })
    expect(error.hint).toContain('hyphens')
  })
})

describe('presigning for the CDN', () => {
  test.each([['2'], ['4']])(
    'version %s signs for the origin, and swaps the host',
    async (version) => {
      const clock = (): number => 1_700_000_000_000
      const photos = open({ signatureVersion: version, clock }).container('photos')
      const options = { expiresIn: 60, response: { contentType: 'text/plain' } }
      const origin = await photos.presign('a b/c', options)
      const cdn = await photos.presign('a b/c', { ...options, via: 'cdn' })
      expect(cdn).toEqual({
        ...origin,
        url: origin.url.replace(
          'https://photos.nyc3.digitaloceanspaces.com/',
          'https://photos.nyc3.cdn.digitaloceanspaces.com/',
        ),
      })
      expect(cdn.url).not.toBe(origin.url)
    },
  )

  const proxy = { endpoint: 'https://proxy.example', signatureVersion: 4 }
  const token = 'dop_v1_token'

  test.each([
    [{ ...proxy, cdn: { token } }, 'photos.nyc3.digitaloceanspaces.com'],
    [{ ...proxy, cdn: { token, customDomain: 'cdn.example.com' } }, 'photos.nyc3'],
    // The edge asks without a port, and version 4 signs the port.
    [{ port: 8443, signatureVersion: 4 }, 'photos.nyc3.digitaloceanspaces.com:8443'],
  ])(
    'is refused where the edge asks another host than is signed for: %j',
    async (options, host) => {
      const error = await failureOf(open(options).container('photos').presign('a', { via: 'cdn' }))
      expect(error).toMatchObject({ code: 'UnsupportedOperation', container: 'photos', key: 'a' })
      expect(error.message).toContain(host)
      expect(error.hint).toContain('endpoint, host and port')
    },
  )

  test("works for a CDN of one's own before an endpoint of one's own", async () => {
    const driver = open({ ...proxy, cdn: { customDomain: 'cdn.example.com' } })
    const { url } = await driver.container('photos').presign('a', { via: 'cdn' })
    expect(url).toMatch(/^https:\/\/cdn\.example\.com\/a\?X-Amz-/)
    const without = open(proxy).container('photos').presign('a', { via: 'cdn' })
    expect(await failureOf(without)).toMatchObject({ code: 'UnsupportedOperation' })
  })

  test('keeps to what the CDN takes', async () => {
    const photos = open({ signatureVersion: 4 }).container('photos')
    const put = { method: 'PUT', via: 'cdn' } as const
    expect(await failureOf(photos.presign('a', { ...put, size: 8_294_401 }))).toMatchObject({
      code: 'TooLarge',
    })
    expect((await photos.presign('a', { ...put, size: 8_294_400 })).url).toContain('.cdn.')
    expect(await failureOf(photos.presign('a', { method: 'DELETE', via: 'cdn' }))).toMatchObject({
      code: 'UnsupportedOperation',
    })
  })

  test.each([
    [{ addressing: 'path' }, 'photos'],
    [{}, 'my.photos'],
  ])('needs the container in the host: %j, %s', async (options, name) => {
    const error = await failureOf(open(options).container(name).presign('a', { via: 'cdn' }))
    expect(error).toMatchObject({ code: 'UnsupportedOperation' })
    expect(error.hint).toContain('addressing')
  })
})

describe('before anything is sent', () => {
  const nowhere = { endpoint: 'http://127.0.0.1:1', retries: false, rateLimit: false }

  test.each([['public-read-write'], ['authenticated-read'], ['PUBLIC-READ'], ['']])(
    'the ACL %j is refused, and the message lists the two',
    async (acl) => {
      const driver = open(nowhere)
      const photos = driver.container('photos')
      const wrong = acl as 'private'
      const calls = {
        put: () => photos.put('a', 'x', { acl: wrong }),
        extra: () => photos.put('a', 'x', { extra: { acl: wrong } }),
        createContainer: () => driver.createContainer('photos', { acl: wrong }),
        setObjectAcl: () => driver.setObjectAcl(driver.object('photos', 'a'), wrong),
        setContainerAcl: () => driver.setContainerAcl(photos, wrong),
        copy: () => photos.copy('a', 'b', { acl: wrong }),
        presign: () => photos.presign('a', { method: 'PUT', acl: wrong }),
        uploadForm: () => photos.uploadForm('a', { acl: wrong }),
      }
      for (const call of Object.values(calls)) {
        const error = await failureOf(call())
        expect(error).toMatchObject({ code: 'InvalidArgument' })
        expect(error.message).toMatch(/private.*public-read/)
      }
    },
  )

  test('the storage class is standard', async () => {
    const photos = open(nowhere).container('photos')
    const glacier = { exStorageClass: 'glacier' as 'standard' }
    for (const call of [
      photos.put('a', 'x', glacier),
      photos.put('a', 'x'.repeat(6 * 1024 ** 2), { ...glacier, partSize: 5 * 1024 ** 2 }),
      photos.copy('a', 'b', glacier),
    ]) {
      const error = await failureOf(call)
      expect(error).toMatchObject({ code: 'InvalidArgument' })
      expect(error.message).toContain('exStorageClass')
    }
    expect(await failureOf(photos.put('a', 'x', { exStorageClass: 'STANDARD' }))).toMatchObject({
      code: 'Network',
    })
  })

  test('the ACL goes into presigned requests and forms', async () => {
    const photos = open({ ...nowhere, signatureVersion: 4 }).container('photos')
    const { headers } = await photos.presign('a', { method: 'PUT', acl: 'public-read' })
    expect(headers).toMatchObject({ 'x-amz-acl': 'public-read' })
    const { fields } = await photos.uploadForm('a', { acl: 'public-read' })
    expect(fields).toMatchObject({ acl: 'public-read' })
  })
})

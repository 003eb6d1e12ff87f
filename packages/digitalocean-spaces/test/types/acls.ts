// Compiled by tsconfig.tests.json, never run: what the types of a Spaces driver take and refuse.
import {
  getDriver,
  openDriver,
  Provider,
  type Container,
  type StorageDriver,
} from '@cloudstore/core'
import { DigitalOceanSpacesStorageDriver, SpacesKeys } from '../../src/index.ts'

export async function aclsAreTwo(): Promise<void> {
  const Spaces = getDriver(Provider.DIGITALOCEAN_SPACES)
  const driver: DigitalOceanSpacesStorageDriver = new Spaces({ key: '', secret: '' })
  const container = driver.container('photos')
  await container.put('a', 'x', { acl: 'public-read' })
  await container.put('a', 'x', { extra: { acl: 'private' } })
  // @ts-expect-error -- Spaces has private and public-read
  await container.put('a', 'x', { acl: 'public-read-write' })
  // @ts-expect-error -- in extra neither
  await container.put('a', 'x', { extra: { acl: 'authenticated-read' } })
  // @ts-expect-error -- on containers neither
  await driver.createContainer('photos', { acl: 'public-read-write' })
  // @ts-expect-error -- in presigned requests neither
  await container.presign('a', { method: 'PUT', acl: 'bucket-owner-read' })
  // @ts-expect-error -- in forms neither
  await container.uploadForm('a', { acl: 'bucket-owner-read' })
  // @ts-expect-error -- on copies neither
  await container.copy('a', 'b', { acl: 'bucket-owner-read' })
  // @ts-expect-error -- later neither
  await driver.setObjectAcl(driver.object(container, 'a'), 'bucket-owner-read')
  // @ts-expect-error -- there is one storage class
  await container.put('a', 'x', { exStorageClass: 'glacier' })
}

export async function optionsAreKnown(region: string): Promise<StorageDriver> {
  // Any slug, known or not.
  const driver = new DigitalOceanSpacesStorageDriver({
    key: '',
    secret: '',
    region,
    cdn: { ttl: 60 },
  })
  // @ts-expect-error -- the edge keeps objects for one of five times
  const wrongTtl = new DigitalOceanSpacesStorageDriver({ key: '', secret: '', cdn: { ttl: 61 } })
  // @ts-expect-error -- there is no version 3
  const wrongVersion = new DigitalOceanSpacesStorageDriver({ signatureVersion: '3' })
  // @ts-expect-error -- Spaces has no accounts in its hosts
  const wrongOption = new DigitalOceanSpacesStorageDriver({ account: 'x' })
  // @ts-expect-error -- in a call neither
  await driver.container('photos').enableCdn({ ttl: 61 })
  // @ts-expect-error -- in a call of the driver's neither
  await driver.enableContainerCdn(driver.container('photos'), { ttl: 61 })
  // @ts-expect-error -- as a change neither
  await driver.cdn.updateEndpoint('photos', { ttl: 61 })
  // A variable that is not set is refused at run time, as for key and secret.
  void new SpacesKeys({ token: process.env['DIGITALOCEAN_TOKEN'] })
  // @ts-expect-error -- the token is named
  void new SpacesKeys({})
  void [wrongTtl, wrongVersion, wrongOption]
  // A function on any driver takes this one, and its containers.
  const anyContainer: Container = driver.container('photos')
  void anyContainer
  return openDriver({ provider: 'digitalocean_spaces', key: '', secret: '', cdn: { token: '' } })
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { openDriver, type DriverConfig, type StorageDriver } from '@cloudstore/core'
import '@cloudstore/local'
import '@cloudstore/memory'
import '@cloudstore/s3-compat'
import '../../src/index.ts'
import { rgwOrSkip } from '../../../../tooling/test-support/rgw.ts'

/** A program that knows of no provider: what it prints must not depend on one. */
async function program(driver: StorageDriver, folder: string): Promise<string[]> {
  const lines: string[] = []
  const print = (...words: unknown[]): void => {
    lines.push(words.join(' '))
  }
  const name = `swap-${Math.random().toString(36).slice(2, 10)}`
  const container = await driver.createContainer(name, { acl: 'private' })
  const code = (error: unknown): unknown => Reflect.get(Object(error), 'code')
  print('again:', await driver.createContainer(name).catch(code))
  const options = { acl: 'public-read', metadata: { Author: 'me' }, cacheControl: 'max-age=60' }
  for (const key of ['a.txt', 'b/1.json', 'b/2.json', 'b//x', 'é', 'ΩΩ', '😀', 'c d+e%2F']) {
    const object = await container.put(key, `content of ${key}`, options)
    print(object.key, object.size, object.contentType, JSON.stringify(object.metadata))
  }
  for await (const { key, size, hash } of container.list()) print(key, size, hash)
  const page = await container.listPage({ delimiter: '/' })
  print(page.objects.map(({ key }) => key).join(), page.prefixes.join())
  const head = await container.head('b/1.json')
  print(head.contentType, head.cacheControl, JSON.stringify(head.metadata))
  print(await driver.getObjectAcl(head), await driver.setObjectAcl(head, 'private'))
  print(await driver.getObjectAcl(head))
  print(await container.get('a.txt', { range: { start: 2, end: 7 } }).text())
  async function* source(): AsyncGenerator<string> {
    for (let line = 0; line < 200_000; line += 1) yield `this is line number ${line}\n`
  }
  const stream = await container.put('log', source(), { partSize: 5 * 1024 ** 2 })
  print(stream.size)
  await driver.downloadObject(stream, join(folder, `${driver.provider}.log`))
  print(await container.copy('a.txt', 'copy.txt').then(({ size }) => size))
  print((await container.head('copy.txt')).metadata?.['author'])
  print(await container.put('a.txt', 'x', { ifNoneMatch: '*' }).catch(code))
  print(await container.get('missing').text().catch(code))
  print(await container.exists('missing'), await container.delete('missing'))
  print(await driver.deleteContainer(container).catch(code))
  print((await container.deleteMany(container.list())).deleted)
  print(await driver.deleteContainer(container))
  print(await driver.container(name).put('x', 'x').catch(code))
  return lines
}

const rgw = await rgwOrSkip('one program on every provider')

if (rgw !== undefined) {
  test('one program prints the same on every provider that a configuration names', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'swap-'))
    const server = { endpoint: rgw.http, key: rgw.key, secret: rgw.secret, region: rgw.region }
    const configurations: DriverConfig[] = [
      { provider: 'memory' },
      { provider: 'local', root: join(folder, 'root') },
      { provider: 's3_rgw', ...server },
      { provider: 'digitalocean_spaces', ...server, signatureVersion: '2', rateLimit: false },
      { provider: 'digitalocean_spaces', ...server, signatureVersion: '4', rateLimit: false },
    ]
    try {
      const outputs: string[][] = []
      for (const [index, configuration] of configurations.entries()) {
        const driver = await openDriver(configuration)
        const place = await mkdtemp(join(folder, `${index}-`))
        outputs.push(await program(driver, place))
        await driver.close()
      }
      const [first, ...others] = outputs
      expect(first?.length).toBeGreaterThan(30)
      for (const output of others) expect(output).toEqual(first)
    } finally {
      await rm(folder, { recursive: true })
    }
  })
}

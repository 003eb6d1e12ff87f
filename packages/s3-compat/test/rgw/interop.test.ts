import { describe, expect, test } from '@jest/globals'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onRgw, rgwDriver, withContainer } from '../support/rgw-conformance.ts'
import { provideProgram } from '../support/debian-program.ts'

const run = promisify(execFile)
const MiB = 1024 * 1024
const keys = [
  'plain.txt',
  'dir/in it.txt',
  'a+b&c=d',
  'ü 日本 😀',
  "quote'(1)*!",
  'per%cent %41',
  '#?;:@',
]

await onRgw('an independent client: s3cmd', (rgw) => {
  const s3cmd = provideProgram('s3cmd')
  const given = s3cmd === undefined ? test.skip : test

  describe.each(['2', '4'] as const)('signature %s', (signatureVersion) => {
    const driver = rgwDriver(rgw, { signatureVersion, addressing: 'path', secure: false })
    const host = new URL(rgw.http).host

    const withClient = (
      work: (tools: {
        container: string
        folder: string
        client: (...args: string[]) => Promise<string>
      }) => Promise<void>,
    ) =>
      withContainer(driver, async ({ name }) => {
        const folder = await mkdtemp(join(tmpdir(), 'cloudstore-interop-'))
        const config = join(folder, 's3cfg')
        await writeFile(
          config,
          [
            '[default]',
            `access_key = ${rgw.key}`,
            `secret_key = ${rgw.secret}`,
            `host_base = ${host}`,
            `host_bucket = ${host}`,
            `bucket_location = ${rgw.region}`,
            'use_https = False',
            `signature_v2 = ${signatureVersion === '2' ? 'True' : 'False'}`,
            'multipart_chunk_size_mb = 5',
          ].join('\n'),
        )
        const client = async (...args: string[]) =>
          (await run(s3cmd ?? '', ['-c', config, '--no-progress', ...args])).stdout
        try {
          await work({ container: name, folder, client })
        } finally {
          await rm(folder, { recursive: true })
        }
      })

    given('reads what we wrote: bytes, odd keys, types and metadata', () =>
      withClient(async ({ container: name, folder, client }) => {
        const container = driver.container(name)
        for (const key of keys) {
          await container.put(key, `bytes of ${key}`, {
            contentType: 'text/x-test',
            metadata: { plain: 'a value' },
          })
        }
        const listing = await client('ls', '--recursive', `s3://${name}`)
        const got = join(folder, 'got')
        await mkdir(got)
        await client('get', '--recursive', `s3://${name}/`, `${got}/`)
        for (const key of keys) {
          expect(listing).toContain(`s3://${name}/${key}\n`)
          expect(await readFile(join(got, key), 'utf8')).toBe(`bytes of ${key}`)
        }
        const info = await client('info', `s3://${name}/${keys[1]}`)
        expect(info).toContain('text/x-test')
        expect(info).toMatch(/x-amz-meta-plain:\s*a value/)
      }),
    )

    given('writes what we read: bytes, odd keys, types and metadata', () =>
      withClient(async ({ container: name, folder, client }) => {
        const source = join(folder, 'source')
        await mkdir(join(source, 'dir'), { recursive: true })
        for (const key of keys) await writeFile(join(source, key), `bytes of ${key}`)
        const options = ['--mime-type=text/x-test', '--add-header=x-amz-meta-plain:a value']
        await client('put', '--recursive', ...options, `${source}/`, `s3://${name}/`)
        const container = driver.container(name)
        const listed = []
        for await (const { key } of container.list()) listed.push(key)
        expect(new Set(listed)).toEqual(new Set(keys))
        for (const key of keys) {
          expect(await container.get(key).text()).toBe(`bytes of ${key}`)
          expect(await container.head(key)).toMatchObject({
            contentType: expect.stringContaining('text/x-test'),
            metadata: expect.objectContaining({ plain: 'a value' }),
          })
        }
      }),
    )

    given('objects of several parts, both ways', () =>
      withClient(async ({ container: name, folder, client }) => {
        const container = driver.container(name)
        const bytes = Buffer.alloc(12 * MiB + 5, 'several parts')
        await container.put('ours', bytes, { partSize: 5 * MiB })
        const got = join(folder, 'got')
        await client('get', `s3://${name}/ours`, got)
        expect(Buffer.compare(await readFile(got), bytes)).toBe(0)
        await client('put', got, `s3://${name}/theirs`)
        const theirs = await container.get('theirs').bytes()
        expect(Buffer.compare(theirs, bytes)).toBe(0)
        expect((await container.head('theirs')).etag).toBe((await container.head('ours')).etag)
      }),
    )

    given('copies, deletes, sets ACLs and signs what is ours', () =>
      withClient(async ({ container: name, client }) => {
        const container = driver.container(name)
        await container.put('dir/k ü', 'x')
        await client('cp', `s3://${name}/dir/k ü`, `s3://${name}/copy`)
        expect(await container.get('copy').text()).toBe('x')
        await client('setacl', '--acl-public', `s3://${name}/dir/k ü`)
        expect(await driver.getObjectAcl(driver.object(container, 'dir/k ü'))).toBe('public-read')
        await client('rm', `s3://${name}/copy`)
        expect(await container.exists('copy')).toBe(false)
        const url = (await client('signurl', `s3://${name}/dir/k ü`, '+600')).trim()
        expect((await fetch(url)).status).toBe(200)
      }),
    )
  })
})

await onRgw('another independent client: rclone', (rgw) => {
  const rclone = provideProgram('rclone')
  const given = rclone === undefined ? test.skip : test
  const driver = rgwDriver(rgw)
  // What a person has configured for other servers must not get in between.
  const env = {
    PATH: process.env['PATH'] ?? '',
    RCLONE_CONFIG: join(tmpdir(), 'there-is-no-such-configuration'),
    RCLONE_CONFIG_RGW_TYPE: 's3',
    RCLONE_CONFIG_RGW_PROVIDER: 'Ceph',
    RCLONE_CONFIG_RGW_ENDPOINT: rgw.http,
    RCLONE_CONFIG_RGW_REGION: rgw.region,
    RCLONE_CONFIG_RGW_ACCESS_KEY_ID: rgw.key,
    RCLONE_CONFIG_RGW_SECRET_ACCESS_KEY: rgw.secret,
  }
  const client = async (...args: string[]) => (await run(rclone ?? '', args, { env })).stdout

  given('reads and checks what we wrote, and we what it wrote, with metadata', () =>
    withContainer(driver, async ({ name }) => {
      const container = driver.container(name)
      const folder = await mkdtemp(join(tmpdir(), 'cloudstore-interop-'))
      try {
        for (const key of keys) await container.put(`ours/${key}`, `bytes of ${key}`)
        await container.put('ours/large', Buffer.alloc(6 * MiB, 'x'), { partSize: 5 * MiB })
        await client('copy', `rgw:${name}/ours`, folder)
        for (const key of keys) {
          expect(await readFile(join(folder, key), 'utf8')).toBe(`bytes of ${key}`)
        }
        await client('copy', folder, `rgw:${name}/theirs`, '-M', '--metadata-set', 'plain=a value')
        for (const key of keys) {
          const object = container.get(`theirs/${key}`)
          expect(await object.text()).toBe(`bytes of ${key}`)
          expect((await container.head(`theirs/${key}`)).metadata).toMatchObject({
            plain: 'a value',
          })
        }
        await client('check', folder, `rgw:${name}/ours`)
        await client('check', `rgw:${name}/theirs`, `rgw:${name}/ours`)
      } finally {
        await rm(folder, { recursive: true })
      }
    }),
  )
})

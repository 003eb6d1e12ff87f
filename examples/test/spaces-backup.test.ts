import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { openSpaces, spacesBackup } from '../spaces-backup.ts'
import { rgwOrSkip } from '../../tooling/test-support/rgw.ts'
import { runFile } from './run-file.ts'

// What Spaces runs, too.
const rgw = await rgwOrSkip('on s3_rgw')

afterEach(() => {
  jest.restoreAllMocks()
})

if (rgw !== undefined) {
  describe.each([['2'], ['4']] as const)('signature version %s', (signatureVersion) => {
    test.each([
      ['in one piece', 300_000],
      ['in parts', 21_000_000],
    ])('the backup is there for everybody, %s', async (_how, size) => {
      const lines: string[] = []
      jest.spyOn(console, 'log').mockImplementation((line: string) => {
        lines.push(line)
      })
      const folder = await mkdtemp(join(tmpdir(), 'spaces-backup-'))
      const options = { endpoint: rgw.http, ...rgw.other, signatureVersion }
      const driver = openSpaces({ ...options, rateLimit: false })
      const name = `my-backups-${Math.random().toString(36).slice(2, 10)}`
      const container = await driver.createContainer(name)
      try {
        const bytes = new Uint8Array(size).map((_byte, index) => index % 251)
        const path = join(folder, 'myfile.tar.gz')
        await writeFile(path, bytes)
        await spacesBackup(driver, name, path)
        const url = `${rgw.http}/${name}/backup.tar.gz`
        expect(lines).toEqual([`backup.tar.gz: ${size} bytes at ${url}`])
        const answer = await fetch(url)
        expect(answer.status).toBe(200)
        expect(answer.headers.get('content-type')).toBe('application/octet-stream')
        expect(md5(new Uint8Array(await answer.arrayBuffer()))).toBe(md5(bytes))

        // As a program, with its settings in the environment.
        const outcome = await runFile('spaces-backup.ts', {
          args: [name, path],
          cwd: folder,
          env: {
            SPACES_ACCESS_KEY_ID: rgw.other.key,
            SPACES_SECRET_ACCESS_KEY: rgw.other.secret,
            CLOUDSTORE_ENDPOINT: rgw.http,
            CLOUDSTORE_SIGNATURE_VERSION: signatureVersion,
          },
        })
        expect(outcome).toMatchObject({ status: 0, lines, errors: '' })
      } finally {
        await container.deleteMany(container.list())
        await driver.deleteContainer(container)
        await driver.close()
        await rm(folder, { recursive: true })
      }
    })
  })
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex')
}

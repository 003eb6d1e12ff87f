import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conformance } from '@cloudstore/conformance'
import * as runner from '@jest/globals'
import { createFileHandler, LocalStorageDriver } from '../src/index.ts'
import { listenWith } from './support/web-server.ts'

const secret = 'a secret of the tests, long enough'

conformance({
  name: 'local',
  runner,
  async open() {
    const root = await mkdtemp(join(tmpdir(), 'cloudstore-local-'))
    const server = await listenWith(createServer())
    const driver = new LocalStorageDriver({
      root: join(root, 'made on first use'),
      urls: { baseUrl: `${server.origin}/files`, secret },
    })
    server.serve(createFileHandler(driver))
    return {
      driver,
      secrets: [secret],
      async dispose() {
        await driver.close()
        await server.close()
        await rm(root, { recursive: true })
      },
    }
  },
})

// Links that open one object for a while, for people without credentials: browsers read and write by them, past your server.
import { join } from 'node:path'
import { getDriver, Provider } from '@cloudstore/core'
import { createFileHandler } from '@cloudstore/local'
import { nodeListener } from './support/node-listener.ts'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'
import { withServer } from './support/with-server.ts'

export async function presign({ folder }: Setting): Promise<void> {
  await withServer(async (server, address) => {
    const root = join(folder, 'with-links')
    // #region local
    // On a laptop the local provider makes the links, and a handler in your server honours them.
    const Local = getDriver(Provider.LOCAL)
    const driver = new Local({
      root,
      urls: { baseUrl: `${address}/files`, secret: 'at least sixteen characters' },
    })
    server.on('request', nodeListener(createFileHandler(driver)))
    // #endregion
    const container = await driver.createContainer('shared')
    await container.put('notes.txt', 'Hello')

    // #region get
    const link = await container.presign('notes.txt', { expiresIn: 900 }) // seconds
    const answer = await fetch(link.url)
    console.log(answer.status, answer.headers.get('content-type'), await answer.text())
    // #endregion

    // #region put
    const upload = await container.presign('inbox/photo.svg', {
      method: 'PUT',
      contentType: 'image/svg+xml',
    })
    const { url, method, headers } = upload
    const sent = await fetch(url, { method, headers, body: '<svg/>' })
    console.log(sent.status, await container.get('inbox/photo.svg').text())
    // #endregion
  })
}

await runDirectly(import.meta.url, presign)

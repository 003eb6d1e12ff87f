// Your server hands an object on to a browser, as it comes.
import { isStorageError } from '@cloudstore/core'
import { nodeListener } from './support/node-listener.ts'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'
import { withServer } from './support/with-server.ts'

export async function serve({ container }: Setting): Promise<void> {
  await container.put('hello.html', '<p>Hello</p>', { cacheControl: 'max-age=60' })

  // #region serve
  async function handle(request: Request): Promise<Response> {
    const key = decodeURIComponent(new URL(request.url).pathname.slice(1))
    try {
      return await container.get(key).response()
    } catch (error) {
      if (!isStorageError(error, 'ObjectDoesNotExist')) throw error
      return new Response('Not found', { status: 404 })
    }
  }
  // #endregion

  await withServer(async (server, address) => {
    server.on('request', nodeListener(handle))
    const answer = await fetch(`${address}/hello.html`)
    console.log(answer.status, answer.headers.get('content-type'), await answer.text())
    console.log((await fetch(`${address}/missing.html`)).status)
  })
}

await runDirectly(import.meta.url, serve)

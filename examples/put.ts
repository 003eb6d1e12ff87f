// Text, bytes and JSON become objects.
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function put({ container }: Setting): Promise<void> {
  // #region put
  await container.put('notes/hello.txt', 'Hello')
  await container.put('notes/report.json', JSON.stringify({ total: 42 }), {
    contentType: 'application/json',
    cacheControl: 'max-age=3600',
    metadata: { author: 'ada' },
  })
  const object = await container.put('notes/pixel.bin', new Uint8Array([255, 0, 0]))
  console.log(object.key, object.size)
  // #endregion
}

await runDirectly(import.meta.url, put)

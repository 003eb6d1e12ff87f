// How far an upload and a download have come.
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function progress({ container }: Setting): Promise<void> {
  // #region progress
  await container.put('video.mp4', new Uint8Array(4 * 1024 * 1024), {
    onProgress: ({ loaded, total }) => console.log(`sent ${loaded} of ${total ?? '?'} bytes`),
  })
  // #endregion
  // #region read
  const video = container.get('video.mp4', {
    onProgress: ({ loaded, total }) => console.log(`read ${loaded} of ${total ?? '?'} bytes`),
  })
  console.log((await video.bytes()).length)
  // #endregion
}

await runDirectly(import.meta.url, progress)

// A large object goes up in parts, several at a time.
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function multipart({ container }: Setting): Promise<void> {
  // #region multipart
  const MiB = 1024 * 1024
  const backup = new Uint8Array(12 * MiB)
  const object = await container.put('backup.tar', backup, { partSize: 5 * MiB, concurrency: 2 })
  // #endregion
  console.log(`${object.size / MiB} MiB`)
}

await runDirectly(import.meta.url, multipart)

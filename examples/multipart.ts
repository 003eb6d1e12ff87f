// A large object goes up in parts, several at a time.
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

const MiB = 1024 * 1024

function* megabytes(count: number) {
  for (let index = 0; index < count; index += 1) yield new Uint8Array(MiB).fill(index)
}

export async function multipart({ container }: Setting): Promise<void> {
  // #region multipart
  const object = await container.put('backup.tar', megabytes(12), {
    partSize: 5 * MiB,
    concurrency: 2,
  })
  // #endregion
  console.log(`${object.size / MiB} MiB`)
}

await runDirectly(import.meta.url, multipart)

// Many objects go at once, in batches where the provider has them.
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function deleteMany({ container }: Setting): Promise<void> {
  for (const key of ['keep.txt', 'tmp/1', 'tmp/2', 'tmp/3']) await container.put(key, key)

  // #region delete-many
  const { deleted } = await container.deleteMany(container.list({ prefix: 'tmp/' }))
  console.log(`${deleted} deleted`)
  // #endregion
}

await runDirectly(import.meta.url, deleteMany)

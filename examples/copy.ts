// Copies and moves on the provider's side: the bytes don't come here.
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function copy({ container }: Setting): Promise<void> {
  // #region copy
  await container.put('draft.txt', 'Dear Ada', { metadata: { author: 'grace' } })
  await container.copy('draft.txt', 'letters/1.txt')
  await container.move('draft.txt', 'letters/2.txt')
  // #endregion
  const moved = await container.head('letters/2.txt')
  console.log(moved.metadata?.['author'], await container.exists('draft.txt'))
}

await runDirectly(import.meta.url, copy)

// Streams in both directions: nothing is held in memory as a whole, and nobody has to know the length.
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function stream({ container }: Setting): Promise<void> {
  // #region put-stream
  async function* lines() {
    for (let line = 1; line <= 1000; line += 1) yield `line ${line}\n`
  }
  await container.put('logs/today.txt', lines())
  // #endregion

  // #region read-stream
  let bytes = 0
  for await (const chunk of container.get('logs/today.txt')) bytes += chunk.length
  console.log(`${bytes} bytes`)
  // #endregion

  // #region chunks
  // Every chunk has 4,096 bytes, but the last.
  const sizes: number[] = []
  for await (const chunk of container.get('logs/today.txt', { chunkSize: 4096 })) {
    sizes.push(chunk.length)
  }
  console.log(sizes.join(' '))
  // #endregion
}

await runDirectly(import.meta.url, stream)

// An upload is given up half-way; nothing of it stays behind.
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function cancel({ container }: Setting): Promise<void> {
  // #region cancel
  async function* endless() {
    for (;;) {
      yield 'tick\n'
      await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
  const signal = AbortSignal.timeout(100)
  try {
    await container.put('endless.log', endless(), { signal })
  } catch (error) {
    // A cancelled call fails with the signal's own reason.
    if (error !== signal.reason) throw error
    console.log('cancelled')
  }
  // #endregion
  console.log(await container.exists('endless.log')) // false
}

await runDirectly(import.meta.url, cancel)

// Writes that never overwrite somebody else's work.
import { isStorageError } from '@cloudstore/core'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function conditional({ container }: Setting): Promise<void> {
  // #region create
  const first = await container.put('counter', '1', { ifNoneMatch: '*' })
  try {
    await container.put('counter', '1', { ifNoneMatch: '*' })
  } catch (error) {
    if (!isStorageError(error, 'ObjectAlreadyExists')) throw error
    console.log('it is there already')
  }
  // #endregion

  // #region update
  await container.put('counter', '2', { ifMatch: first.etag })
  try {
    await container.put('counter', '3', { ifMatch: first.etag })
  } catch (error) {
    if (!isStorageError(error, 'PreconditionFailed')) throw error
    console.log('somebody was faster: read it again')
  }
  // #endregion
}

await runDirectly(import.meta.url, conditional)

// What is not there, and how to tell it from other failures.
import { isStorageError } from '@cloudstore/core'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function notFound({ container }: Setting): Promise<void> {
  // #region catch
  try {
    console.log(await container.get('missing.txt').text())
  } catch (error) {
    if (!isStorageError(error, 'ObjectDoesNotExist')) throw error
    console.log(`${error.code}: ${error.key}`)
  }
  // #endregion

  // #region ask
  if (!(await container.exists('missing.txt'))) console.log('not there')
  // #endregion

  // #region delete
  // Deleting what is not there is no failure, on any provider.
  console.log(await container.delete('missing.txt')) // true
  // #endregion
}

await runDirectly(import.meta.url, notFound)

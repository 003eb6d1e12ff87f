import type { Call, KeyFailure, StorageBackend } from '@cloudstore/core'
import { errorOfBody } from '../errors/error-response.ts'
import { readDeleteResult, writeDelete } from '../xml/documents/delete-objects.ts'
import { fitsXml } from '../xml/write-xml.ts'
import { asContainerError } from './buckets.ts'
import { sendForXml, type S3Context } from './s3-context.ts'

/**
 * Deletion of up to a thousand keys in one request. Keys that XML cannot hold (control characters) go one by one.
 */
export function deleteObjectsOperation(
  { client }: S3Context,
  deleteObject: StorageBackend['deleteObject'],
): NonNullable<StorageBackend['deleteObjects']> {
  return async ({ container, keys }, call) => {
    const [writable, others] = [keys.filter(fitsXml), keys.filter((key) => !fitsXml(key))]
    const failures = writable.length === 0 ? [] : await deleteBatch(container, writable, call)
    const more = await Promise.all(others.map((key) => deleteOne(container, key, call)))
    return [...failures, ...more.flat()]
  }

  function deleteBatch(
    container: string,
    keys: readonly string[],
    call: Call,
  ): Promise<readonly KeyFailure[]> {
    const request = {
      method: 'POST',
      container,
      query: [['delete', '']],
      xml: writeDelete(keys),
      kind: 'idempotent',
      slow: true,
    } as const
    return sendForXml(client, request, call, async (text, response) => {
      const failures = await readDeleteResult(text)
      return failures
        .map(({ key, serverCode, message }) => ({
          key,
          error: errorOfBody(response, { code: serverCode, message }),
        }))
        .filter(({ error }) => error.code !== 'ObjectDoesNotExist')
    }).catch((error: unknown) => {
      throw asContainerError(error)
    })
  }

  async function deleteOne(container: string, key: string, call: Call): Promise<KeyFailure[]> {
    try {
      await deleteObject({ container, key }, call)
      return []
    } catch (error) {
      return [{ key, error }]
    }
  }
}

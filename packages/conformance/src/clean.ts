import type { Container, StorageDriver } from '@cloudstore/core'

/** Removes all objects and all unfinished uploads. */
export async function empty(driver: StorageDriver, container: Container): Promise<void> {
  await abortUploads(driver, container)
  for (;;) {
    const { objects } = await container.listPage()
    if (objects.length === 0) return
    await container.deleteMany(objects)
  }
}

/** Removes a container with all that is in it. */
export async function discard(driver: StorageDriver, container: Container): Promise<void> {
  await empty(driver, container)
  await driver.deleteContainer(container)
}

/** Uploads in parts that were begun and not ended; `undefined` where the provider cannot tell. */
export async function uploadsIn(
  driver: StorageDriver,
  container: Container,
): Promise<{ key: string; upload: string }[] | undefined> {
  const multipart = driver.backend.multipart
  if (!multipart?.listUploads) return undefined
  const found: { key: string; upload: string }[] = []
  let cursor: string | undefined
  do {
    const page = await multipart.listUploads(
      { container: container.name, cursor },
      { operation: 'conformance' },
    )
    for (const { key, upload } of page.uploads) found.push({ key, upload })
    cursor = page.cursor
  } while (cursor !== undefined)
  return found
}

async function abortUploads(driver: StorageDriver, container: Container): Promise<void> {
  for (const { key, upload } of (await uploadsIn(driver, container)) ?? []) {
    await driver.backend.multipart?.abort(
      { container: container.name, key, upload },
      { operation: 'conformance' },
    )
  }
}

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Container, StorageDriver } from '@cloudstore/core'

/** What an example gets to work with. */
export interface Setting {
  readonly driver: StorageDriver
  /** Empty, and gone after the example. */
  readonly container: Container
  /** An empty folder for files, gone after the example. */
  readonly folder: string
}

export type Example = (setting: Setting) => Promise<void>

/** Runs an example in a container and a folder of its own, and removes both, also when it fails. */
export async function runInSetting(
  open: (folder: string) => Promise<StorageDriver>,
  example: Example,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cloudstore-example-'))
  try {
    await using driver = await open(folder)
    // On most providers a name is taken for the whole world.
    const container = await driver.createContainer(`example-${randomUUID()}`)
    try {
      await example({ driver, container, folder })
    } finally {
      await container.deleteMany(container.list())
      await driver.deleteContainer(container)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

import type { Container, ObjectHandle, StorageDriver } from '@cloudstore/core'
import { notApplicable, type ConformanceCase, type ConformanceContext } from './case.ts'
import { builtin } from './platform.ts'
import type { Recording } from './recording.ts'
import { kibi, sample } from './samples.ts'

export interface Files {
  readonly driver: StorageDriver
  readonly container: Container
  readonly context: ConformanceContext
  readonly fs: NonNullable<ReturnType<typeof builtin<'node:fs/promises'>>>
  /** A path in an empty directory that is removed after the case. */
  readonly path: (...segments: string[]) => string
}

/** Runs where there is a file system. */
export function withFiles(run: (files: Files) => Promise<void>): ConformanceCase['run'] {
  return async (context) => {
    const fs = builtin('node:fs/promises')
    const { join } = builtin('node:path') ?? {}
    const directory = await context.directory()
    if (!fs || !join || directory === undefined) notApplicable('there is no file system')
    const container = await context.container()
    const path = (...segments: string[]) => join(directory, ...segments)
    return run({ driver: context.driver, container, context, fs, path })
  }
}

/** The names in the directory, to see that nothing was left. */
export async function names({ fs, path }: Files): Promise<string[]> {
  return (await fs.readdir(path())).toSorted()
}

/** What `withObject` stores. */
export const bytes: Uint8Array = sample(300 * kibi)

/** An object, and a driver whose requests are counted. */
export async function withObject(
  { container, context }: Files,
  key: string = 'object',
): Promise<Recording & { readonly object: ObjectHandle }> {
  await container.put(key, bytes)
  const { driver, sent } = context.recording()
  return { driver, sent, object: driver.object(driver.container(container.name), key) }
}

import type { Container, StorageDriver } from '@cloudstore/core'
import { count, say } from './screen.ts'

/** Where the demo works: a container that is there already, or one to be made. */
export interface Place {
  readonly driver: StorageDriver
  /** A name that nobody else has: of the container, or of a folder in the existing one. */
  readonly id: string
  readonly existing: string | undefined
}

/**
 * Lets `work` use a container, then removes whatever is in it, also after a failure, and says what could not be removed.
 */
export async function visit(
  { driver, id, existing }: Place,
  work: (container: Container, prefix: string) => Promise<void>,
): Promise<void> {
  const own = existing === undefined
  const container = own ? await driver.createContainer(id) : await driver.getContainer(existing)
  const prefix = own ? '' : `${id}/`
  say('Container', own ? `${id}, created` : `${existing}, below ${prefix}`)

  const failures: unknown[] = []
  await work(container, prefix).catch((error: unknown) => failures.push(error))
  try {
    const { deleted } = await container.deleteMany(container.list({ prefix }))
    if (own) await driver.deleteContainer(container)
    say('Cleaning up', `${count(deleted, 'object')}${own ? ' and the container' : ''} deleted`)
  } catch (error) {
    say('Cleaning up', `failed: look for what is left of ${own ? id : `${existing}/${prefix}`}`)
    failures.push(error)
  }
  if (failures.length === 1) throw failures[0]
  if (failures.length > 1) throw new AggregateError(failures, failures.map(String).join('\n'))
}

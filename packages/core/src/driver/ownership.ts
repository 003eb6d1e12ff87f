import { StorageError } from '../errors/errors.ts'
import type { Container, ObjectHandle } from '../surface/handles.ts'
import type { Scope } from './scope.ts'
import { describeType } from '../errors/describe-type.ts'

/** Refuses what belongs to another driver: a namesake there would be meant, and another one hit. */
export function requireOwn(scope: { readonly driver: object }, container: Container): void {
  if (typeof container !== 'object' || container === null || typeof container.name !== 'string') {
    throw new StorageError(
      'InvalidArgument',
      `this needs a container of the driver, not ${describeType(container)}`,
      { hint: 'driver.container(name) makes one and sends nothing' },
    )
  }
  if (container.driver === scope.driver) return
  throw new StorageError(
    'InvalidArgument',
    `container ${JSON.stringify(container.name)} belongs to another driver`,
    { hint: 'To copy between drivers: target.put(key, source.get(key))' },
  )
}

/** The same for an object. */
export function requireOwnObject(scope: Scope, object: ObjectHandle): void {
  if (typeof object !== 'object' || object === null || typeof object.key !== 'string') {
    throw new StorageError(
      'InvalidArgument',
      `this needs an object of the driver, not ${describeType(object)}`,
      { hint: 'driver.object(container, key) makes one and sends nothing' },
    )
  }
  requireOwn(scope, object.container)
}

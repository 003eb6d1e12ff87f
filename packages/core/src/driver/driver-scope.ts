import { StorageError } from '../errors/errors.ts'
import type { Scope } from './scope.ts'

// Not in the class: a private member would make the types of the ESM and the CJS build incompatible.
const scopes = new WeakMap<object, Scope>()

export function setScope(driver: object, scope: Scope): void {
  scopes.set(driver, scope)
}

/** What the operations of a driver share; fails for what is no driver, such as the `this` of a method that was taken off. */
export function scopeOf(driver: object): Scope {
  const scope = scopes.get(driver)
  if (scope === undefined) {
    throw new StorageError('InvalidArgument', 'this method was called without its driver', {
      hint: 'Call it as driver.method(…), or bind it',
    })
  }
  return scope
}

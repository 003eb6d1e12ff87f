import { inspectSymbol } from '../errors/printed-error.ts'

/**
 * Makes printing a configuration, and turning it into JSON, show everything but secrets. Only the looks change: options are read, assigned and compared
 * as before.
 */
export function concealSecrets(config: object): void {
  const concealed = { value: concealedCopy, configurable: true }
  Object.defineProperty(config, inspectSymbol, concealed)
  Object.defineProperty(config, 'toJSON', concealed)
}

function concealedCopy(this: object): object {
  return Object.fromEntries(
    Object.entries(this).map(([name, value]) => [name, conceal(name, value)]),
  )
}

function conceal(name: string, value: unknown): unknown {
  if (typeof value === 'string') {
    if (/secret|token|password|credential/i.test(name)) return '(hidden)'
    // The name and the password of a proxy.
    return value.replace(/\/\/[^/]*@/, '//(hidden)@')
  }
  const plain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return plain ? concealedCopy.call(value) : value
}

/** Node's own symbol, named without Node: what `console.log` asks for. */
export const inspectSymbol: symbol = Symbol.for('nodejs.util.inspect.custom')

/**
 * What Node prints of an error: all of it, but the hint, which the message ends with, not a second time as a field.
 *
 * @param inspect - Node's, which calls this with its options
 */
export function printedError(
  this: Error,
  _depth: number,
  options: unknown,
  inspect: (value: unknown, options: unknown) => string,
): string {
  const { message, stack, cause } = this
  const shown = new Error(message, cause === undefined ? undefined : { cause })
  // An error of the same class, printed in the usual way.
  Object.setPrototypeOf(shown, Object.getPrototypeOf(this))
  Object.defineProperty(shown, inspectSymbol, { value: undefined })
  Object.defineProperty(shown, 'stack', { value: stack })
  for (const [field, value] of Object.entries(this)) {
    if (field !== 'hint') Object.defineProperty(shown, field, { value, enumerable: true })
  }
  return inspect(shown, options)
}

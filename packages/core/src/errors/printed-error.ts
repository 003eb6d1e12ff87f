/** Node's own symbol, named without Node: what `console.log` asks for. */
export const inspectSymbol: symbol = Symbol.for('nodejs.util.inspect.custom')

type Inspect = (value: unknown, options: unknown) => string

/** Makes Node print errors of a class with all they have, but the hint, which the message ends with, not a second time as a field. */
export function printHintOnce(prototype: Error): void {
  Object.defineProperty(prototype, inspectSymbol, {
    value(this: Error, _depth: number, options: unknown, inspect: Inspect): string {
      return inspect(withoutHint(this), options)
    },
  })
}

/** An error of the same class that is printed in the usual way. */
function withoutHint(error: Error): Error {
  const { message, stack, cause } = error
  const shown = new Error(message, cause === undefined ? undefined : { cause })
  Object.setPrototypeOf(shown, Object.getPrototypeOf(error))
  Object.defineProperty(shown, inspectSymbol, { value: undefined })
  Object.defineProperty(shown, 'stack', { value: stack })
  for (const [field, value] of Object.entries(error)) {
    if (field !== 'hint') Object.defineProperty(shown, field, { value, enumerable: true })
  }
  return shown
}

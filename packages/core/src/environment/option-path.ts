/** What stands at a path such as `cdn.token` of nested plain objects. */
export function getOption(options: object, path: string): unknown {
  let value: unknown = options
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = Reflect.get(value, name)
  }
  return value
}

/**
 * Sets what stands at a path, making the objects on the way.
 *
 * @returns false when something other than an object is in the way, or an object stands at the path itself; nothing is changed then
 */
export function setOption(options: object, path: string, value: unknown): boolean {
  const names = path.split('.')
  const last = names.pop()
  let parent: object = options
  for (const name of names) {
    const next: unknown = Object.hasOwn(parent, name)
      ? Reflect.get(parent, name)
      : define(parent, name, {})
    if (typeof next !== 'object' || next === null) return false
    parent = next
  }
  if (last === undefined) return false
  const existing: unknown = Object.hasOwn(parent, last) ? Reflect.get(parent, last) : undefined
  if (typeof existing === 'object' && existing !== null) return false
  define(parent, last, value)
  return true
}

// Not by assignment, which has a meaning of its own for `__proto__`.
function define<V>(parent: object, name: string, value: V): V {
  Object.defineProperty(parent, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
  return value
}

/** The name of what was passed as a container, for errors as well: `undefined` where it has none. */
export function nameOf(container: unknown): string | undefined {
  if (typeof container === 'string') return container
  const name =
    typeof container === 'object' && container !== null && 'name' in container
      ? container.name
      : undefined
  return typeof name === 'string' ? name : undefined
}

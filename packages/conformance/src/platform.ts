/**
 * Node's modules where they are: reached without an import, so that the suite loads in browsers and workers too.
 */
type Builtins = {
  'node:fs': typeof import('node:fs')
  'node:fs/promises': typeof import('node:fs/promises')
  'node:os': typeof import('node:os')
  'node:path': typeof import('node:path')
  'node:stream': typeof import('node:stream')
  'node:util': typeof import('node:util')
}

export function builtin<N extends keyof Builtins>(name: N): Builtins[N] | undefined {
  const { process } = globalThis as {
    process?: { getBuiltinModule?: (name: string) => unknown } | undefined
  }
  // The table above says what each name gives; the runtime's own signature does not.
  return process?.getBuiltinModule?.(name) as Builtins[N] | undefined
}

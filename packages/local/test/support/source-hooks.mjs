import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { transform } from '@swc/core'

/** Workspace packages as their sources. */
export function resolve(specifier, context, next) {
  return next(specifier, { ...context, conditions: ['@cloudstore/source', ...context.conditions] })
}

/** TypeScript without its types. */
export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context)
  const text = await readFile(fileURLToPath(url), 'utf8')
  const { code } = await transform(text, {
    filename: fileURLToPath(url),
    sourceMaps: 'inline',
    jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
    module: { type: 'es6' },
  })
  return { format: 'module', source: code, shortCircuit: true }
}

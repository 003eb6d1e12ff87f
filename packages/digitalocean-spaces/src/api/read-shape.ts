import type * as z from 'zod/mini'

/** An answer that is not what was documented. */
export class UnexpectedShape extends Error {}

/** Checks an answer. Its error names what is missing or of another type, never a value. */
export function readShape<S extends z.ZodMiniType>(schema: S, json: unknown): z.output<S> {
  const result = schema.safeParse(json)
  if (result.success) return result.data
  const paths = result.error.issues.map(({ path }) => path.map(String).join('.') || 'the answer')
  throw new UnexpectedShape(`${[...new Set(paths)].slice(0, 5).join(', ')} is not as documented`)
}

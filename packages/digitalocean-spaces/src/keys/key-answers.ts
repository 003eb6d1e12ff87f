import * as z from 'zod/mini'
import { totalShape, type ApiPage } from '../api/pages.ts'
import { readShape, UnexpectedShape } from '../api/read-shape.ts'

/** An access key of Spaces, without its secret. */
export interface SpacesKey {
  /** The access key id: option `key` of a driver. */
  readonly accessKey: string
  readonly name: string
  /** As the API says it; `bucket` is `''` for all. */
  readonly grants: readonly { readonly bucket: string; readonly permission: string }[]
  readonly createdAt?: Date
}

/** An access key that was just made: the only time that its secret is told. */
export interface CreatedSpacesKey extends SpacesKey {
  /**
   * Option `secret` of a driver. Keep it: nobody can ask for it again. `console.log` and `JSON.stringify` of the key say that it is hidden; a copy
   * (`{ ...key }`, `structuredClone`) has it, and hides it no more.
   */
  readonly secretKey: string
}

const text = z.string().check(z.minLength(1))

const keyShape = z.object({
  name: z.string(),
  access_key: text,
  grants: z.optional(
    z.nullable(
      z.array(z.object({ bucket: z.optional(z.nullable(z.string())), permission: z.string() })),
    ),
  ),
  created_at: z.optional(z.nullable(z.string())),
})

const oneShape = z.object({ key: keyShape })
// What the specification says of single keys, against its own example.
const listedShape = z.object({ keys: z.array(keyShape) })
const createdShape = z.object({ key: z.object({ secret_key: text }) })
const pageShape = z.object({ keys: z.array(keyShape), meta: totalShape })

// Node, Bun and Deno ask for it when they print.
const inspection = Symbol.for('nodejs.util.inspect.custom')

export function readKey(json: unknown): SpacesKey {
  const isList = typeof json === 'object' && json !== null && !('key' in json) && 'keys' in json
  if (!isList) return keyOf(readShape(oneShape, json).key)
  const { keys } = readShape(listedShape, json)
  const [key] = keys
  if (key === undefined || keys.length > 1) {
    throw new UnexpectedShape(`there are ${keys.length} keys in the place of one`)
  }
  return keyOf(key)
}

export function readCreatedKey(json: unknown): CreatedSpacesKey {
  const secretKey = readShape(createdShape, json).key.secret_key
  const key = readKey(json)
  const shown = { ...key, secretKey: '[hidden: read .secretKey]' }
  const show = { value: () => shown }
  // A secret that a copy left out would be lost for good, so it is an ordinary field; who only looks at it does not see it.
  return Object.defineProperties({ ...key, secretKey }, { toJSON: show, [inspection]: show })
}

export function readKeys(json: unknown): ApiPage<SpacesKey> {
  const { keys, meta } = readShape(pageShape, json)
  return { items: keys.map(keyOf), total: meta.total }
}

function keyOf({ name, access_key, grants, created_at }: z.output<typeof keyShape>): SpacesKey {
  const createdAt = new Date(created_at ?? '')
  return {
    accessKey: access_key,
    name,
    grants: (grants ?? []).map(({ bucket, permission }) => ({ bucket: bucket ?? '', permission })),
    ...(!Number.isNaN(createdAt.getTime()) && { createdAt }),
  }
}

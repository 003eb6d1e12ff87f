import { checkContainerName, StorageError } from '@cloudstore/core'
import { checkFields } from '../known-fields.ts'

/**
 * What an access key may do: read, or read, write and delete, in one bucket; or everything in all of them. `fullaccess` stands
 * alone and names no bucket.
 */
export type SpacesKeyGrant =
  | { readonly bucket: string; readonly permission: 'read' | 'readwrite' }
  | { readonly bucket?: '' | undefined; readonly permission: 'fullaccess' }

/** A grant in the API's words. */
export interface GrantBody {
  readonly bucket: string
  readonly permission: string
}

/** Checks grants before anything is sent: the API takes some mixtures and makes something else of them. */
export function grantBodies(grants: readonly SpacesKeyGrant[]): GrantBody[] {
  if (!Array.isArray(grants)) {
    throw refused(
      'must be a list',
      "[{ bucket: 'photos', permission: 'read' }], or [] for a key that may do nothing yet",
    )
  }
  const given: readonly unknown[] = grants
  const bodies = given.map(grantBody)
  const full = bodies.filter(({ permission }) => permission === 'fullaccess')
  if (full.length > 0 && bodies.length > 1) {
    throw refused(
      'mix fullaccess with others',
      "[{ permission: 'fullaccess' }] alone, or one grant for each bucket",
    )
  }
  const buckets = new Set(bodies.map(({ bucket }) => bucket))
  if (buckets.size < bodies.length)
    throw refused('name a bucket twice', 'one grant for each bucket')
  return bodies
}

function grantBody(grant: unknown): GrantBody {
  checkFields(grant, ['bucket', 'permission'], 'a grant')
  const field = (name: string): unknown => Reflect.get(Object(grant), name)
  const bucket = field('bucket')
  const permission = field('permission')
  if (permission === 'fullaccess') {
    if (bucket === undefined || bucket === '') return { bucket: '', permission }
    throw refused('give fullaccess to one bucket', "{ bucket, permission: 'readwrite' }")
  }
  if (permission !== 'read' && permission !== 'readwrite') {
    throw refused("have a permission that is none of 'read', 'readwrite' and 'fullaccess'")
  }
  if (typeof bucket !== 'string' || bucket === '') {
    throw refused('name no bucket', "{ bucket: 'photos', permission: 'read' }")
  }
  checkContainerName(bucket, 'dns')
  return { bucket, permission }
}

function refused(problem: string, example?: string): StorageError {
  return new StorageError('InvalidArgument', `option grants: the grants ${problem}`, {
    hint: example === undefined ? undefined : `Write ${example}`,
  })
}

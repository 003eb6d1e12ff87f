import {
  isStorageError,
  StorageError,
  type Call,
  type CallOptions,
  type Container,
} from '@cloudstore/core'
import { requireTags } from '../extensions.ts'
import { readLocation } from '../xml/documents/buckets.ts'
import { readCors, writeCors, type CorsRule } from '../xml/documents/cors.ts'
import { readLifecycle, writeLifecycle, type LifecycleRule } from '../xml/documents/lifecycle.ts'
import { readTagging, writeTagging, type Tags } from '../xml/documents/tagging.ts'
import { asContainerError } from './buckets.ts'
import { directUploads, type DirectUploadParts, type S3DirectUploads } from './direct-uploads.ts'
import { requireCorsRules, requireLifecycleRules } from './rule-checks.ts'
import { sendForHeaders, sendForXml, type S3Context } from './s3-context.ts'

/** What only the S3 family has: settings of containers and objects, and uploads in parts that others send. */
export interface S3Administration extends S3DirectUploads {
  /** The region that a container is in, by the server's name of it; `undefined` where it does not say. */
  getLocation(container: string | Container, options?: CallOptions): Promise<string | undefined>
  /** The CORS rules of a container; empty when there are none. */
  getCors(container: string | Container, options?: CallOptions): Promise<CorsRule[]>
  /** Replaces all CORS rules of a container. */
  putCors(
    container: string | Container,
    rules: readonly CorsRule[],
    options?: CallOptions,
  ): Promise<void>
  deleteCors(container: string | Container, options?: CallOptions): Promise<void>
  /** The lifecycle rules of a container; empty when there are none. `UnsupportedOperation` when one has more than `LifecycleRule` tells, such as tags. */
  getLifecycle(container: string | Container, options?: CallOptions): Promise<LifecycleRule[]>
  /** Replaces all lifecycle rules of a container. */
  putLifecycle(
    container: string | Container,
    rules: readonly LifecycleRule[],
    options?: CallOptions,
  ): Promise<void>
  deleteLifecycle(container: string | Container, options?: CallOptions): Promise<void>
  getObjectTags(container: string | Container, key: string, options?: CallOptions): Promise<Tags>
  /** Replaces all tags of an object; at most 10. */
  putObjectTags(
    container: string | Container,
    key: string,
    tags: Tags,
    options?: CallOptions,
  ): Promise<void>
  deleteObjectTags(container: string | Container, key: string, options?: CallOptions): Promise<void>
}

interface SubResource {
  readonly container: string
  readonly key?: string
  readonly name: 'cors' | 'lifecycle' | 'location' | 'tagging'
}

/** What the facts about a provider call these, and what errors do. */
const offers = {
  cors: ['cors', 'CORS rules'],
  lifecycle: ['lifecycle', 'lifecycle rules'],
  tagging: ['objectTagging', 'tags of objects'],
} as const

/** How a server says that there is nothing configured. */
const nothingConfigured: ReadonlySet<string | undefined> = new Set([
  'NoSuchCORSConfiguration',
  'NoSuchLifecycleConfiguration',
  'NoSuchTagSet',
])

/** Runs one call of the administration with the context that errors need; `work` gets the name of the container. */
export type RunCall = <R>(
  operation: string,
  target: { container: string | Container; key?: string },
  options: CallOptions | undefined,
  work: (call: Call, container: string) => Promise<R>,
) => Promise<R>

export function administration(
  context: S3Context,
  direct: DirectUploadParts,
  run: RunCall,
): S3Administration {
  const { client, profile } = context
  const requireOffered = (name: SubResource['name']): void => {
    if (name === 'location') return
    const [fact, what] = offers[name]
    if (profile.administration[fact]) return
    throw new StorageError('UnsupportedOperation', `this provider has no ${what}`)
  }
  const get = async <R>(
    { container, key, name }: SubResource,
    call: Call,
    read: (text: string) => Promise<R>,
    empty: R,
  ): Promise<R> => {
    requireOffered(name)
    try {
      return await sendForXml(
        client,
        { method: 'GET', container, key, query: [[name, '']], kind: 'safe' },
        call,
        read,
      )
    } catch (error) {
      if (isStorageError(error) && nothingConfigured.has(error.serverCode)) return empty
      throw key === undefined ? asContainerError(error) : error
    }
  }
  const put = async (
    { container, key, name }: SubResource,
    xml: string,
    call: Call,
  ): Promise<void> => {
    requireOffered(name)
    await sendForHeaders(
      client,
      { method: 'PUT', container, key, query: [[name, '']], xml, kind: 'idempotent' },
      call,
    )
  }
  const remove = async ({ container, key, name }: SubResource, call: Call): Promise<void> => {
    requireOffered(name)
    await sendForHeaders(
      client,
      { method: 'DELETE', container, key, query: [[name, '']], kind: 'idempotent' },
      call,
    )
  }
  return {
    ...directUploads(context, direct, run),
    getLocation: (container, options) =>
      run('getLocation', { container }, options, async (call, name) => {
        const said = await get({ container: name, name: 'location' }, call, readLocation, '')
        if (said !== '') return said
        // Amazon's first region has no name there, https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
        return profile.locationConstraint === 'region' ? 'us-east-1' : undefined
      }),
    getCors: (container, options) =>
      run('getCors', { container }, options, (call, name) =>
        get({ container: name, name: 'cors' }, call, readCors, []),
      ),
    putCors: (container, rules, options) =>
      run('putCors', { container }, options, (call, name) => {
        requireOffered('cors')
        requireCorsRules(rules)
        return put({ container: name, name: 'cors' }, writeCors(rules), call)
      }),
    deleteCors: (container, options) =>
      run('deleteCors', { container }, options, (call, name) =>
        remove({ container: name, name: 'cors' }, call),
      ),
    getLifecycle: (container, options) =>
      run('getLifecycle', { container }, options, (call, name) =>
        get({ container: name, name: 'lifecycle' }, call, readLifecycle, []),
      ),
    putLifecycle: (container, rules, options) =>
      run('putLifecycle', { container }, options, (call, name) => {
        requireOffered('lifecycle')
        requireLifecycleRules(rules)
        return put({ container: name, name: 'lifecycle' }, writeLifecycle(rules), call)
      }),
    deleteLifecycle: (container, options) =>
      run('deleteLifecycle', { container }, options, (call, name) =>
        remove({ container: name, name: 'lifecycle' }, call),
      ),
    getObjectTags: (container, key, options) =>
      run('getObjectTags', { container, key }, options, (call, name) =>
        get({ container: name, key, name: 'tagging' }, call, readTagging, {}),
      ),
    putObjectTags: (container, key, tags, options) =>
      run('putObjectTags', { container, key }, options, async (call, name) => {
        requireTags(tags)
        await put({ container: name, key, name: 'tagging' }, writeTagging(tags), call)
      }),
    deleteObjectTags: (container, key, options) =>
      run('deleteObjectTags', { container, key }, options, (call, name) =>
        remove({ container: name, key, name: 'tagging' }, call),
      ),
  }
}

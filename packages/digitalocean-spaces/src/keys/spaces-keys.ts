import {
  StorageError,
  throwIfAborted,
  withContext,
  isStorageError,
  type Call,
  type CallOptions,
} from '@cloudstore/core'
import { apiClient, type ApiClient } from '../api/api-client.ts'
import { defaultApiEndpoint } from '../api/api-endpoint.ts'
import { allPages } from '../api/pages.ts'
import { grantBodies, type SpacesKeyGrant } from './grants.ts'
import {
  readCreatedKey,
  readKey,
  readKeys,
  type CreatedSpacesKey,
  type SpacesKey,
} from './key-answers.ts'
import { checkFields } from '../known-fields.ts'
import { parseKeysOptions, type SpacesKeysOptions } from './keys-options.ts'

/** Which keys to list. */
export interface SpacesKeyFilter extends CallOptions {
  /** Only keys of this name. */
  name?: string | undefined
  /** Only keys with a grant for this bucket. */
  bucket?: string | undefined
  /** Only keys with this permission. */
  permission?: 'read' | 'readwrite' | 'fullaccess' | undefined
}

// Outside of the class: a private member would make the types of the ESM and the CJS build incompatible.
const clients = new WeakMap<object, ApiClient>()

const path = '/v2/spaces/keys'
const permissions: readonly unknown[] = ['read', 'readwrite', 'fullaccess']

const lostKey =
  'A key may have been made whose secret nobody has: look for its name with list, delete it, and create it again'

/**
 * The access keys of Spaces, through DigitalOcean's API: for giving each bucket or each customer a key of its own.
 *
 * @example
 * const keys = new SpacesKeys({ token })
 * const { accessKey, secretKey } = await keys.create({
 *   name: 'thumbnails',
 *   grants: [{ bucket: 'photos', permission: 'read' }],
 * })
 */
export class SpacesKeys {
  /** @throws StorageError `InvalidConfig` that names everything that is wrong with the options */
  constructor(options: SpacesKeysOptions) {
    const { rateLimit, apiEndpoint = defaultApiEndpoint, ...others } = parseKeysOptions(options)
    clients.set(
      this,
      apiClient({ ...others, apiEndpoint, tokenOption: 'token', limited: rateLimit !== false }),
    )
  }

  /**
   * Makes a key. Its secret is in this result and nowhere else, ever again.
   *
   * @throws StorageError `InvalidArgument` for grants that contradict each other, before anything is sent; with `outcome: 'unknown'`, and never
   * `retryable`, when a key may have been made although its secret did not arrive: find it by its name, and delete it
   */
  create(
    key: { readonly name: string; readonly grants: readonly SpacesKeyGrant[] },
    options: CallOptions = {},
  ): Promise<CreatedSpacesKey> {
    return run(this, 'SpacesKeys.create', options, async (client, call) => {
      checkFields(key, ['name', 'grants'], 'a key')
      const json = { name: checkName(key.name), grants: grantBodies(key.grants) }
      const scope = 'spaces_key:create_credentials'
      try {
        return await client.send(
          { method: 'POST', path, json, kind: 'conditional', scope },
          call,
          readCreatedKey,
        )
      } catch (error) {
        throw isStorageError(error) && error.outcome === 'unknown' ? withLostKey(error) : error
      }
    })
  }

  /** All keys, page by page as they are asked for. */
  async *list(filter: SpacesKeyFilter = {}): AsyncGenerator<SpacesKey, void, void> {
    let keys: AsyncIterator<SpacesKey> | undefined
    for (;;) {
      const next = await run(
        this,
        'SpacesKeys.list',
        filter,
        async (client, call) => {
          keys ??= allPages(
            client,
            { path: path + queryOf(filter), scope: 'spaces_key:read' },
            call,
            { read: readKeys, idOf: ({ accessKey }) => accessKey },
          )
          return keys.next()
        },
        ['name', 'bucket', 'permission', 'signal'],
      )
      if (next.done === true) return
      yield next.value
    }
  }

  get(accessKey: string, options: CallOptions = {}): Promise<SpacesKey> {
    return run(this, 'SpacesKeys.get', options, async (client, call) =>
      client.send(
        { method: 'GET', path: at(accessKey), kind: 'safe', scope: 'spaces_key:read' },
        call,
        readKey,
      ),
    )
  }

  /**
   * Renames a key, and replaces its grants where some are given. A key for single buckets cannot become one for all of them, or the other way
   * round: the API refuses it.
   */
  update(
    accessKey: string,
    changes: { readonly name: string; readonly grants?: readonly SpacesKeyGrant[] | undefined },
    options: CallOptions = {},
  ): Promise<SpacesKey> {
    return run(this, 'SpacesKeys.update', options, async (client, call) => {
      checkFields(changes, ['name', 'grants'], 'the changes')
      const { name, grants } = changes
      const json = {
        name: checkName(name),
        ...(grants !== undefined && { grants: grantBodies(grants) }),
      }
      return client.send(
        {
          method: 'PUT',
          path: at(accessKey),
          json,
          kind: 'idempotent',
          scope: 'spaces_key:update',
        },
        call,
        readKey,
      )
    })
  }

  /** Deletes a key; true also when it was not there. What was signed with it is refused from then on. */
  delete(accessKey: string, options: CallOptions = {}): Promise<boolean> {
    return run(this, 'SpacesKeys.delete', options, async (client, call) => {
      try {
        await client.send(
          { method: 'DELETE', path: at(accessKey), kind: 'idempotent', scope: 'spaces_key:delete' },
          call,
          () => undefined,
        )
      } catch (error) {
        if (!isStorageError(error) || error.status !== 404) throw error
      }
      return true
    })
  }

  /** Closes the connections that it made. */
  async close(): Promise<void> {
    await clients.get(this)?.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  toJSON(): { name: string } {
    return { name: 'SpacesKeys' }
  }
}

/** The same failure, not to be tried again by anybody: each time there could be one more key that works and that nobody has. */
function withLostKey(failure: StorageError): StorageError {
  const { code, problem, status, serverCode, requestId, attempts, outcome, cause } = failure
  const details = { status, serverCode, requestId, attempts, outcome, cause }
  return new StorageError(code, problem, { ...details, retryable: false, hint: lostKey })
}

async function run<R>(
  keys: SpacesKeys,
  operation: string,
  options: CallOptions,
  work: (client: ApiClient, call: Call) => Promise<R>,
  known: readonly string[] = ['signal'],
): Promise<R> {
  const client = clients.get(keys)
  if (client === undefined) {
    throw new StorageError('InvalidArgument', 'this method was called without its SpacesKeys')
  }
  try {
    checkFields(options, known, 'the options')
    const { signal } = options
    throwIfAborted(signal)
    return await work(client, { operation, signal })
  } catch (error) {
    throw isStorageError(error)
      ? withContext(error, { operation, provider: 'digitalocean_spaces' })
      : error
  }
}

function checkName(name: unknown): string {
  if (typeof name === 'string' && name.trim() !== '') return name
  throw new StorageError('InvalidArgument', 'option name: a key needs a name', {
    hint: 'The API wants it with every change: pass the present name where it shall stay',
  })
}

function at(accessKey: unknown): string {
  if (typeof accessKey === 'string' && /^[A-Za-z0-9]+$/.test(accessKey)) {
    return `${path}/${accessKey}`
  }
  throw new StorageError('InvalidArgument', 'an access key has letters and digits only', {
    hint: 'Pass the id (accessKey), not the name and not the secret',
  })
}

function queryOf({ name, bucket, permission }: SpacesKeyFilter): string {
  if (permission !== undefined && !permissions.includes(permission)) {
    throw new StorageError('InvalidArgument', 'option permission is none of those that there are', {
      hint: `There are ${permissions.join(', ')}`,
    })
  }
  const fields = { name, bucket, permission }
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  const pairs = given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

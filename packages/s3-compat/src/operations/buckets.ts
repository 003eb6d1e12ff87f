import {
  isStorageError,
  StorageError,
  withHint,
  type Call,
  type ContainerInfo,
  type ContainerRequest,
  type CreateContainerRequest,
  type StorageBackend,
  type StorageErrorCode,
} from '@cloudstore/core'
import { readBuckets, writeCreateBucket } from '../xml/documents/buckets.ts'
import { sendForHeaders, sendForXml, type S3Context } from './s3-context.ts'
import type { SeenContainers } from './seen-containers.ts'

type BucketOperations = Pick<
  StorageBackend,
  'listContainers' | 'headContainer' | 'createContainer' | 'deleteContainer'
>

/** Operations on buckets. */
export function bucketOperations(
  context: S3Context,
  seen: SeenContainers,
  region: string,
): BucketOperations {
  const { client, profile } = context

  async function headContainer(
    { container }: ContainerRequest,
    call: Call,
  ): Promise<ContainerInfo> {
    try {
      await sendForHeaders(client, { method: 'HEAD', container, kind: 'safe' }, call)
    } catch (error) {
      throw asContainerError(error)
    }
    seen.add(container)
    return { name: container }
  }

  return {
    headContainer,

    async listContainers({ cursor }, call) {
      const query = cursor === undefined ? [] : [['continuation-token', cursor] as const]
      const { buckets, nextToken } = await sendForXml(
        client,
        { method: 'GET', query, kind: 'safe' },
        call,
        readBuckets,
      )
      return { containers: buckets, ...(nextToken !== undefined && { cursor: nextToken }) }
    },

    async createContainer({ container, acl }: CreateContainerRequest, call) {
      const mayBeTaken = !profile.reportsExistingBucket && (await isDenied(container, call))
      const xml = locationXml(profile.locationConstraint, region)
      await sendForHeaders(
        client,
        {
          method: 'PUT',
          container,
          kind: 'conditional',
          ...(acl !== undefined && { headers: { 'x-amz-acl': acl } }),
          ...(xml !== undefined && { xml }),
        },
        call,
      ).catch((error: unknown) => {
        const isUnclear = mayBeTaken && isStorageError(error, 'AccessDenied')
        throw isUnclear ? withHint(error, takenHint) : error
      })
      seen.add(container)
      return { name: container }
    },

    async deleteContainer({ container }, call) {
      seen.forget(container)
      try {
        await sendForHeaders(client, { method: 'DELETE', container, kind: 'conditional' }, call)
      } catch (error) {
        throw asContainerError(error)
      }
    },
  }

  /**
   * Refuses what one has already, and tells whether the name may be somebody else's. Ceph answers 200 to the creation of one's own container: only
   * asking first tells.
   */
  async function isDenied(container: string, call: Call): Promise<boolean> {
    try {
      await headContainer({ container }, call)
    } catch (error) {
      if (isStorageError(error, 'ContainerDoesNotExist')) return false
      // 403 is somebody else's, or a right that is missing: most servers say which when it is created.
      if (isStorageError(error, 'AccessDenied')) return true
      throw error
    }
    throw new StorageError('ContainerAlreadyExists', 'the container exists already')
  }
}

const takenHint =
  'The name may be taken by another account: try another one. Or these credentials may not create containers'

/** An answer without a body says 404 of anything; on a request about a container it is the container. */
export function asContainerError(error: unknown): unknown {
  return asMissing(error, 'ContainerDoesNotExist', 'there is no such container')
}

/** What is missing where a server says that an object is. */
export function asMissing(error: unknown, code: StorageErrorCode, problem: string): unknown {
  if (!isStorageError(error, 'ObjectDoesNotExist')) return error
  return new StorageError(code, problem, {
    status: error.status,
    serverCode: error.serverCode,
    requestId: error.requestId,
    attempts: error.attempts,
    hint: error.hint,
    cause: error.cause,
  })
}

function locationXml(constraint: 'region' | 'none', region: string): string | undefined {
  // Amazon's first region must not be named, https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
  return constraint === 'none' || region === 'us-east-1' ? undefined : writeCreateBucket(region)
}

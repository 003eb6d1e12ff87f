import { nearestName, StorageError } from '@cloudstore/core'

/** The operations of the backend, by the names that `fail` and `delay` take. */
export const memoryOperations = [
  'listContainers',
  'headContainer',
  'createContainer',
  'deleteContainer',
  'listObjects',
  'headObject',
  'getObject',
  'putObject',
  'deleteObject',
  'deleteObjects',
  'copyObject',
  'multipart.create',
  'multipart.uploadPart',
  'multipart.complete',
  'multipart.abort',
  'multipart.listParts',
  'multipart.listUploads',
  'acl.getObjectAcl',
  'acl.setObjectAcl',
  'acl.getContainerAcl',
  'acl.setContainerAcl',
] as const

/** The operations that move an object's bytes, and so can break off in the middle. */
export const memoryTransfers: readonly MemoryOperation[] = [
  'getObject',
  'putObject',
  'multipart.uploadPart',
]

/** An operation of the backend: what reaches the provider, not the method that was called. */
export type MemoryOperation = (typeof memoryOperations)[number]

export function checkOperation(name: unknown): asserts name is MemoryOperation {
  if (memoryOperations.some((operation) => operation === name)) return
  const given = typeof name === 'string' ? name : `a value of type ${typeof name}`
  const near = typeof name === 'string' ? nearestName(name, memoryOperations) : undefined
  throw new StorageError('InvalidArgument', `${given} is not an operation of the memory backend`, {
    hint:
      near === undefined ? `There are ${memoryOperations.join(', ')}` : `Did you mean '${near}'?`,
  })
}

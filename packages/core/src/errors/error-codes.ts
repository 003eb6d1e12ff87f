/** Every way an operation can fail. The set is closed: a new failure maps to one of these. */
export const storageErrorCodes = [
  'InvalidConfig',
  'InvalidArgument',
  'InvalidContainerName',
  'InvalidObjectName',
  'InvalidRange',
  'ProviderNotRegistered',
  'UnsupportedOperation',
  'InvalidCredentials',
  'AccessDenied',
  'ContainerDoesNotExist',
  'ContainerAlreadyExists',
  'ContainerIsNotEmpty',
  'ObjectDoesNotExist',
  'ObjectAlreadyExists',
  'PreconditionFailed',
  'NotModified',
  'UploadDoesNotExist',
  'Conflict',
  'ObjectHashMismatch',
  'WrongRegion',
  'ClockSkew',
  'QuotaExceeded',
  'TooLarge',
  'RateLimited',
  'ServiceUnavailable',
  'Network',
  'Timeout',
  'MalformedResponse',
  'LocalFile',
  'DestinationExists',
  'Unknown',
] as const

/** The `code` of a `StorageError`. */
export type StorageErrorCode = (typeof storageErrorCodes)[number]

/** Codes of failures that may pass by themselves: trying again later is reasonable. */
export const retryableCodes: ReadonlySet<StorageErrorCode> = new Set<StorageErrorCode>([
  'RateLimited',
  'ServiceUnavailable',
  'Network',
  'Timeout',
])

import type { StorageErrorCode } from '@cloudstore/core'

/** A table by the server's code: a map, since a server may send `constructor`. */
interface ByServerCode<T> {
  get(serverCode: string | undefined): T | undefined
}

function byServerCode<T>(table: Readonly<Record<string, T>>): ByServerCode<T> {
  return new Map<string | undefined, T>(Object.entries(table))
}

/**
 * Our codes by the server's own: Amazon's list (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html), and what Ceph, MinIO, R2, B2, Google and
 * others add to it. The server's code decides before the status does: a 404 may be a container, a 403 a clock.
 */
export const codesByServerCode: ByServerCode<StorageErrorCode> = byServerCode({
  AccessControlListNotSupported: 'UnsupportedOperation',
  AccessDenied: 'AccessDenied',
  AccessForbidden: 'AccessDenied',
  AccountProblem: 'AccessDenied',
  AllAccessDisabled: 'AccessDenied',
  AllRequestsFromForbiddenIP: 'AccessDenied',
  AuthorizationHeaderMalformed: 'InvalidCredentials',
  AuthorizationQueryParametersError: 'InvalidArgument',
  BadDigest: 'ObjectHashMismatch',
  BandwidthLimitExceeded: 'RateLimited',
  BucketAlreadyExists: 'ContainerAlreadyExists',
  BucketAlreadyOwnedByYou: 'ContainerAlreadyExists',
  BucketNotEmpty: 'ContainerIsNotEmpty',
  ConditionalRequestConflict: 'Conflict',
  ConnectionClosedByRequester: 'Network',
  CredentialsNotSupported: 'InvalidCredentials',
  EntityTooLarge: 'TooLarge',
  EntityTooSmall: 'InvalidArgument',
  ExpiredToken: 'InvalidCredentials',
  ExpiredTokenException: 'InvalidCredentials',
  IllegalLocationConstraintException: 'WrongRegion',
  IncompleteBody: 'Network',
  IncorrectEndpoint: 'WrongRegion',
  InternalError: 'ServiceUnavailable',
  InvalidAccessKeyId: 'InvalidCredentials',
  InvalidBucketName: 'InvalidContainerName',
  InvalidDigest: 'ObjectHashMismatch',
  InvalidLocationConstraint: 'WrongRegion',
  InvalidObjectName: 'InvalidObjectName',
  InvalidObjectState: 'AccessDenied',
  InvalidRange: 'InvalidRange',
  InvalidSecurity: 'InvalidCredentials',
  InvalidSignature: 'InvalidCredentials',
  InvalidToken: 'InvalidCredentials',
  KeyTooLong: 'InvalidObjectName',
  KeyTooLongError: 'InvalidObjectName',
  MaxMessageLengthExceeded: 'TooLarge',
  MetadataTooLarge: 'TooLarge',
  MethodNotAllowed: 'UnsupportedOperation',
  MissingAuthenticationToken: 'InvalidCredentials',
  MissingSecurityHeader: 'InvalidCredentials',
  NoSuchBucket: 'ContainerDoesNotExist',
  NoSuchKey: 'ObjectDoesNotExist',
  NoSuchUpload: 'UploadDoesNotExist',
  NoSuchVersion: 'ObjectDoesNotExist',
  NotImplemented: 'UnsupportedOperation',
  NotModified: 'NotModified',
  NotSignedUp: 'AccessDenied',
  OperationAborted: 'Conflict',
  PermanentRedirect: 'WrongRegion',
  PreconditionFailed: 'PreconditionFailed',
  PriorRequestNotComplete: 'RateLimited',
  QuotaExceeded: 'QuotaExceeded',
  Redirect: 'WrongRegion',
  RequestExpired: 'ClockSkew',
  RequestHeaderSectionTooLarge: 'TooLarge',
  RequestLimitExceeded: 'RateLimited',
  RequestThrottled: 'RateLimited',
  RequestThrottledException: 'RateLimited',
  RequestTimeTooSkewed: 'ClockSkew',
  RequestTimeout: 'Network',
  RequestTimeoutException: 'Network',
  ResponseInterrupted: 'Network',
  SServiceUnavailable: 'ServiceUnavailable',
  ServiceUnavailable: 'ServiceUnavailable',
  SignatureDoesNotMatch: 'InvalidCredentials',
  SlowDown: 'RateLimited',
  SlowDownRead: 'RateLimited',
  SlowDownWrite: 'RateLimited',
  StorageQuotaExceeded: 'QuotaExceeded',
  TemporaryRedirect: 'WrongRegion',
  ThrottledException: 'RateLimited',
  Throttling: 'RateLimited',
  ThrottlingException: 'RateLimited',
  TokenRefreshRequired: 'InvalidCredentials',
  TooManyBuckets: 'QuotaExceeded',
  TooManyRequests: 'RateLimited',
  TooManyRequestsException: 'RateLimited',
  UnsupportedSignature: 'InvalidCredentials',
  UserSuspended: 'AccessDenied',
  XAmzContentSHA256Mismatch: 'ObjectHashMismatch',
  XMinioAdminBucketQuotaExceeded: 'QuotaExceeded',
  XMinioInvalidObjectName: 'InvalidObjectName',
  XMinioStorageFull: 'QuotaExceeded',
})

/** Our codes by status, where the server's code is absent or unknown: `HEAD` answers have no body, proxies none that helps. */
export const codesByStatus: Readonly<Record<number, StorageErrorCode>> = {
  301: 'WrongRegion',
  302: 'WrongRegion',
  303: 'WrongRegion',
  304: 'NotModified',
  307: 'WrongRegion',
  308: 'WrongRegion',
  400: 'InvalidArgument',
  401: 'InvalidCredentials',
  403: 'AccessDenied',
  405: 'UnsupportedOperation',
  408: 'Network',
  409: 'Conflict',
  411: 'UnsupportedOperation',
  412: 'PreconditionFailed',
  413: 'TooLarge',
  416: 'InvalidRange',
  422: 'InvalidArgument',
  423: 'Conflict',
  429: 'RateLimited',
  431: 'TooLarge',
  500: 'ServiceUnavailable',
  501: 'UnsupportedOperation',
  502: 'ServiceUnavailable',
  503: 'ServiceUnavailable',
  504: 'ServiceUnavailable',
  507: 'QuotaExceeded',
}

/**
 * The refusals, of those that are not retryable as our code says, by which a server asks for the same request again: it has done nothing. Amazon's
 * `ConditionalRequestConflict` is none, since what the condition was about has changed, and after a completion the parts are gone.
 */
export const retryableServerCodes: ReadonlySet<string | undefined> = new Set([
  'OperationAborted',
  // Ceph's word for it.
  'ConcurrentModification',
])

/** What to do next, by the server's code; where it depends on more, the one who knows adds its own. */
export const hintsByServerCode: ByServerCode<string> = byServerCode({
  AccessControlListNotSupported:
    'Leave option acl out, or let the owner of the container allow ACLs (object ownership)',
  AuthorizationHeaderMalformed:
    'Check option region: the server expects another one in the signature',
  ConditionalRequestConflict:
    'Something else was writing to it at the same time: look at what is there now, and decide again',
  ExpiredToken:
    'Fetch new temporary credentials; a function as option credentials does it by itself',
  IllegalLocationConstraintException: 'Check option region: it must be the one of the endpoint',
  InvalidAccessKeyId: 'Check option key, and that it belongs to this endpoint',
  InvalidLocationConstraint: 'Check option region: it must be the one of the endpoint',
  InvalidObjectState: 'The object is in an archive: restore it before it is read',
  NotImplemented: 'This provider does not offer that',
  PermanentRedirect: 'The container is in another region: set option region to it',
  QuotaExceeded: 'The quota of the account or container is used up',
  RequestTimeTooSkewed: 'The clock of this machine is wrong: correct it, or pass option clock',
  SignatureDoesNotMatch:
    'Check option secret; if it is right, a proxy may be changing requests on their way',
  SlowDown: 'The provider limits the rate of requests: send fewer at the same time',
  OperationAborted: 'The provider is busy with another request for the same: try again later',
  TooManyBuckets: 'Delete containers, or ask the provider for a higher limit',
})

/** What went wrong, where our code alone would say it wrongly. */
export const problemsByServerCode: ByServerCode<string> = byServerCode({
  IllegalLocationConstraintException: 'this endpoint makes no containers in that region',
  InvalidLocationConstraint: 'this endpoint makes no containers in that region',
})

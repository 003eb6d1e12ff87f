export { onAbort, platformSignal, throwIfAborted, untilAborted } from './abort.ts'
export { BaseStorageDriver, type DriverSettings } from './driver/base-driver.ts'
export type {
  AclGroup,
  Attributes,
  ByteRange,
  Call,
  Capability,
  CdnGroup,
  CdnSettings,
  CompleteRequest,
  ContainerInfo,
  ContainerPage,
  ContainerRequest,
  CopyObjectRequest,
  CreateContainerRequest,
  DeleteObjectRequest,
  DeleteObjectsRequest,
  ExtensionHolder,
  Forwarded,
  GetObjectRequest,
  KeyFailure,
  ListContainersRequest,
  ListObjectsRequest,
  ListPartsRequest,
  ListUploadsRequest,
  MultipartGroup,
  ObjectInfo,
  ObjectPage,
  ObjectRequest,
  PartPage,
  PartRef,
  PresignedRequest,
  PresignRequest,
  PutAttributes,
  PutObjectRequest,
  ReadRequest,
  StorageBackend,
  UploadForm,
  UploadFormRequest,
  UploadInfo,
  UploadPage,
  UploadPartRequest,
  UploadRequest,
  Whole,
  WriteConditions,
} from './contract/backend.ts'
export type { Body, BodyReader } from './contract/body.ts'
export { boundsOfRange } from './download/byte-range.ts'
export { bytesReader, chunksOf, readAll, readerOf } from './bytes/chunks.ts'
export { compareUtf8 } from './listing/compare-utf8.ts'
export {
  checkReadConditions,
  checkWriteConditions,
  type ReadConditions,
} from './checks/conditions.ts'
export { configFromEnv } from './environment/config-from-env.ts'
export { checkContainerName } from './checks/container-name.ts'
export { runOperation } from './driver/driver-operations.ts'
export type {
  AnyDriverClass,
  DriverClass,
  DriverClassData,
  DriverConfig,
  DriverEnvironment,
  DriverOf,
  DriverTypes,
  EnvironmentOption,
  UntypedDriverClass,
} from './registry/driver-types.ts'
export type { Environment } from './environment/environment.ts'
export { storageErrorCodes, type StorageErrorCode } from './errors/error-codes.ts'
export {
  isStorageError,
  StorageError,
  type ObjectFailure,
  type StorageErrorDetails,
  withContext,
  withHint,
} from './errors/errors.ts'
export type {
  AttributeName,
  Features,
  PresignMethod,
  ReadCondition,
  WriteCondition,
} from './contract/features.ts'
export { getDriver } from './registry/get-driver.ts'
export type {
  Container,
  DriverOptionTypes,
  ManyKeys,
  ObjectHandle,
  ObjectListPage,
  ObjectStream,
  StorageObject,
  StorageObjectData,
} from './surface/handles.ts'
export {
  httpClient,
  type AttemptRequest,
  type HttpAttempt,
  type HttpCall,
  type HttpClient,
  type HttpClientSettings,
} from './http/client.ts'
export { defaultTransport } from './http/default-transport.ts'
export type {
  HttpEndEvent,
  HttpEvent,
  HttpEventContext,
  HttpEventListener,
  HttpFailureEvent,
  HttpRequestEvent,
  HttpResponseEvent,
  HttpRetryEvent,
  HttpTimeoutEvent,
  HttpWaitEvent,
} from './http/events.ts'
export type {
  FetchInit,
  FetchLike,
  FetchResponse,
  FetchTransportOptions,
} from './http/fetch-options.ts'
export { fetchTransport } from './http/fetch-transport.ts'
export type { LookupFunction, NodeTransportOptions, TlsOptions } from './http/node-options.ts'
export { nodeTransport } from './http/node-transport.ts'
export { hostHeader, isLoopback, originUrl } from './http/origin.ts'
export type { RateLimit } from './http/rate-limit.ts'
export {
  resolveRetries,
  type OperationKind,
  type RetryOptions,
  type RetryPolicy,
} from './http/retry.ts'
export { sleep } from './http/sleep.ts'
export {
  resolveTimeouts,
  type Deadline,
  type TimeoutName,
  type TimeoutOptions,
  type Timeouts,
} from './http/timeouts.ts'
export type {
  ConnectionCounts,
  HttpHeaders,
  HttpOrigin,
  HttpRequest,
  HttpResponse,
  Transport,
  TransportStats,
} from './http/transport.ts'
export { invalidConfig, type ConfigIssue } from './errors/invalid-config.ts'
export { loadDriver, type DriverImporter, type LoadOptions } from './registry/load-driver.ts'
export { createMd5, type Md5 } from './bytes/md5.ts'
export { contentTypeOf } from './upload/mime-types.ts'
export { nearestName } from './errors/nearest-name.ts'
export { checkAcl, normalizeMetadata, pickAttributes } from './checks/object-attributes.ts'
export { checkObjectKey } from './checks/object-key.ts'
export { check, checkOptions, type Check, type OptionChecks } from './checks/option-checks.ts'
export { requireOwn } from './driver/ownership.ts'
export { openDriver } from './registry/open-driver.ts'
export type {
  AttributeOptions,
  CallOptions,
  CopyOptions,
  CreateContainerOptions,
  DeleteOptions,
  DownloadOptions,
  EnableCdnOptions,
  FileOptions,
  GetOptions,
  ListOptions,
  ListPageOptions,
  PresignOptions,
  Progress,
  ProgressOptions,
  ReadOptions,
  ResponseOptions,
  StreamOptions,
  TransferOptions,
  UploadExtra,
  UploadFormOptions,
  UploadOptions,
  WriteConditionOptions,
} from './surface/options.ts'
export { checkPartList, checkPartNumber, checkPartSize } from './upload/part-rules.ts'
export { percentEncode, percentEncodePath } from './bytes/percent-encode.ts'
export { Provider, type ProviderName } from './registry/provider.ts'
export { registerDriver } from './registry/registry.ts'
export {
  pageOfSorted,
  type SortedEntries,
  type SortedPage,
  type SortedPageRequest,
} from './listing/sorted-page.ts'
export type { ByteChunk, UploadData, UploadSource } from './surface/source-types.ts'
export type { DriverStats, StorageDriver } from './surface/storage-driver.ts'
export type {
  AbortSignalLike,
  BlobLike,
  Bytes,
  NodeStream,
  NodeStreamLike,
  ResponseLike,
  PlatformAbortSignal,
  WebResponse,
  WebStream,
  WebStreamLike,
} from './surface/structural.ts'

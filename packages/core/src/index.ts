export { onAbort, throwIfAborted, untilAborted } from './abort.ts'
export { abortable } from './abortable-reader.ts'
export { BaseStorageDriver, type DriverSettings } from './base-driver.ts'
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
  WriteConditions,
} from './backend.ts'
export type { Body, BodyReader } from './body.ts'
export { bytesReader, chunksOf, readAll, readerOf } from './chunks.ts'
export { compareUtf8 } from './compare-utf8.ts'
export { checkReadConditions, checkWriteConditions, type ReadConditions } from './conditions.ts'
export { configFromEnv } from './config-from-env.ts'
export { checkContainerName } from './container-name.ts'
export { runOperation } from './driver-operations.ts'
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
} from './driver-types.ts'
export type { Environment } from './environment.ts'
export { storageErrorCodes, type StorageErrorCode } from './error-codes.ts'
export {
  isStorageError,
  StorageError,
  type ObjectFailure,
  type StorageErrorDetails,
  withContext,
  withHint,
} from './errors.ts'
export type {
  AttributeName,
  Features,
  PresignMethod,
  ReadCondition,
  WriteCondition,
} from './features.ts'
export { getDriver } from './get-driver.ts'
export type {
  Container,
  DriverOptionTypes,
  ManyKeys,
  ObjectHandle,
  ObjectListPage,
  ObjectStream,
  StorageObject,
  StorageObjectData,
} from './handles.ts'
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
export { hostHeader, originUrl } from './http/origin.ts'
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
export { invalidConfig, type ConfigIssue } from './invalid-config.ts'
export { loadDriver, type DriverImporter, type LoadOptions } from './load-driver.ts'
export { createMd5, type Md5 } from './md5.ts'
export { contentTypeOf } from './mime-types.ts'
export { nearestName } from './nearest-name.ts'
export { checkAcl, normalizeMetadata, pickAttributes } from './object-attributes.ts'
export { checkObjectKey } from './object-key.ts'
export { openDriver } from './open-driver.ts'
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
} from './options.ts'
export { checkPartList, checkPartNumber, checkPartSize } from './part-rules.ts'
export { percentEncode, percentEncodePath } from './percent-encode.ts'
export { Provider, type ProviderName } from './provider.ts'
export { registerDriver } from './registry.ts'
export {
  pageOfSorted,
  type SortedEntries,
  type SortedPage,
  type SortedPageRequest,
} from './sorted-page.ts'
export type { ByteChunk, UploadData, UploadSource } from './source-types.ts'
export type { DriverStats, StorageDriver } from './storage-driver.ts'
export type {
  AbortSignalLike,
  BlobLike,
  Bytes,
  NodeStream,
  NodeStreamLike,
  ResponseLike,
  WebResponse,
  WebStream,
  WebStreamLike,
} from './structural.ts'

// What packages of single providers build on. Importing it registers nothing.
export type { Endpoint } from './address.ts'
export { addressOf, urlOf } from './address.ts'
export {
  S3CompatStorageDriver,
  type S3CopyOptions,
  type S3DriverSetup,
  type S3DownloadOptions,
  type S3GetOptions,
  type S3OptionTypes,
  type S3ReadOptions,
  type S3UploadOptions,
} from './storage-driver.ts'
export { optionIssues, optionNames, type S3DriverOptions } from './options.ts'
export type { Addressing, ProviderFacts, ServerHint } from './profiles/profile.ts'
export type { S3Service } from './service.ts'

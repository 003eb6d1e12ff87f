import type { ConformanceCase } from './case.ts'
import { acls } from './cases/acls.ts'
import { attributes } from './cases/attributes.ts'
import { bodies, bodySizes, declaredSizes } from './cases/bodies.ts'
import { brokenDownloads } from './cases/broken-downloads.ts'
import { cancelling } from './cases/cancel.ts'
import { capabilities } from './cases/capabilities.ts'
import { concurrency } from './cases/concurrency.ts'
import { containers } from './cases/containers.ts'
import { copies } from './cases/copies.ts'
import { deleting } from './cases/deleting.ts'
import { downloadPlaces } from './cases/download-places.ts'
import { downloads } from './cases/downloads.ts'
import { errors } from './cases/errors.ts'
import { fileUploads } from './cases/file-uploads.ts'
import { badKeys, keys } from './cases/keys.ts'
import { listing } from './cases/listing.ts'
import { metadata } from './cases/metadata.ts'
import { multipart } from './cases/multipart.ts'
import { prefixes } from './cases/prefixes.ts'
import { presigned } from './cases/presigning.ts'
import { progress } from './cases/progress.ts'
import { ranges } from './cases/ranges.ts'
import { reading } from './cases/reads.ts'
import { secrets } from './cases/secrets.ts'
import { streams } from './cases/streams.ts'
import { surfaces } from './cases/surfaces.ts'
import { writing } from './cases/writes.ts'

/** The suite as data, in the order in which it runs: the names are what `skip` names. */
export const conformanceCases: readonly ConformanceCase[] = [
  ...containers,
  ...keys,
  ...badKeys,
  ...bodies,
  ...bodySizes,
  ...declaredSizes,
  ...ranges,
  ...streams,
  ...progress,
  ...listing,
  ...prefixes,
  ...attributes,
  ...metadata,
  ...reading,
  ...writing,
  ...concurrency,
  ...multipart,
  ...cancelling,
  ...errors,
  ...deleting,
  ...copies,
  ...acls,
  ...presigned,
  ...fileUploads,
  ...downloads,
  ...downloadPlaces,
  ...brokenDownloads,
  ...capabilities,
  ...surfaces,
  ...secrets,
]

import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { storageErrorCodes } from '@cloudstore/core'
import { DigitalOceanSpacesStorageDriver } from '../src/index.ts'

const page = readFileSync(
  join(dirname(fileURLToPath(import.meta.url)), '../../../docs/from-libcloud.md'),
  'utf8',
)

/** Libcloud's methods of a Spaces driver, and what they are called here. */
const methods: Readonly<Record<string, string>> = {
  iterate_containers: 'iterateContainers',
  list_containers: 'listContainers',
  iterate_container_objects: 'iterateContainerObjects',
  list_container_objects: 'listContainerObjects',
  get_container: 'getContainer',
  get_object: 'getObject',
  create_container: 'createContainer',
  delete_container: 'deleteContainer',
  upload_object: 'uploadObject',
  upload_object_via_stream: 'uploadObjectViaStream',
  download_object: 'downloadObject',
  download_object_as_stream: 'downloadObjectAsStream',
  download_object_range: 'downloadObjectRange',
  download_object_range_as_stream: 'downloadObjectRangeAsStream',
  delete_object: 'deleteObject',
  enable_container_cdn: 'enableContainerCdn',
  enable_object_cdn: 'enableObjectCdn',
  get_container_cdn_url: 'getContainerCdnUrl',
  get_object_cdn_url: 'getObjectCdnUrl',
  ex_iterate_multipart_uploads: 'exIterateMultipartUploads',
  ex_cleanup_all_multipart_uploads: 'exCleanupAllMultipartUploads',
  list_regions: 'listRegions',
}

/** Everything else that Libcloud's storage API has: attributes, constants, errors, fields, arguments and settings. */
const others = `
  get_driver set_driver DIGITALOCEAN_SPACES dummy aliyun_oss auroraobjects azure_blobs backblaze_b2 cloudfiles digitalocean_spaces
  google_storage ktucloud local nimbus ninefold openstack_swift s3 s3_ap_northeast s3_ap_northeast_1 s3_ap_northeast_2 s3_ap_south
  s3_ap_southeast s3_ap_southeast2 s3_ca_central s3_cn_north s3_cn_northwest s3_eu_west s3_eu_west_2 s3_eu_central s3_eu_north_1
  s3_sa_east s3_us_east_2 s3_us_west s3_us_west_oregon s3_us_gov_west s3_rgw s3_rgw_outscale minio scaleway ovh cloudfiles_us
  cloudfiles_uk cloudfiles_swift
  key secret secure host port api_version region signature_version timeout retry_delay backoff proxy_url token
  name region_name website connectionCls connection hash_type namespace supports_chunked_encoding supports_s3_multipart_upload
  strict_mode http_vendor_prefix ex_location_name
  ex_prefix ex_storage_class ex_expiry verify_hash headers extra content_type meta_data acl overwrite_existing delete_on_failure
  chunk_size start_bytes end_bytes
  creation_date iterate_objects list_objects delete enable_cdn get_cdn_url driver container size hash last_modified etag
  content_encoding download as_stream download_range range_as_stream id created_at initiator owner
  LibcloudError InvalidCredsError InvalidCredsException MalformedResponseError ProviderError ServiceUnavailableError
  RateLimitReachedError BaseHTTPError ContainerError ContainerAlreadyExistsError ContainerDoesNotExistError ContainerIsNotEmptyError
  InvalidContainerNameError ObjectError ObjectDoesNotExistError ObjectHashMismatchError NotImplementedError ValueError OSError
  AttributeError KeyError value http_code body container_name object_name error_type retry_after
  LIBCLOUD_RETRY_FAILED_HTTP_REQUESTS LIBCLOUD_S3_CDN_URL_EXPIRY_HOURS LIBCLOUD_DEBUG VERIFY_SSL_CERT CA_CERTS_PATH SSL_CERT_FILE
  http_proxy https_proxy ALLOW_PATH_DOUBLE_SLASHES base_dir ex_use_locking
`
  .trim()
  .split(/\s+/)

/** The first column of the page's tables, where Libcloud's names stand. */
const firstCells = [...page.matchAll(/^\| ([^|]+) \|/gm)].map(([, cell = '']) => cell).join('\n')
const names = new Set(page.match(/\w+/g))

test.each(Object.entries(methods))('%s is %s, and on the page', (theirs, ours) => {
  const row = new RegExp(`^\\|[^|]*\\b${theirs}\\b[^|]*\\|[^|]*\\b${ours}\\b`, 'm')
  expect(page).toMatch(row)
  expect(DigitalOceanSpacesStorageDriver.prototype).toHaveProperty(ours, expect.any(Function))
})

test("every other name of Libcloud's storage API is on the page", () => {
  expect(others.filter((name) => !names.has(name))).toEqual([])
})

test("every one of Libcloud's errors is told by a code that there is", () => {
  const errors = others.filter((name) => name.endsWith('Error') || name.endsWith('Exception'))
  for (const name of errors) expect(firstCells).toContain(name)
  const [, table = ''] = page.split('## Errors')
  const rows = [...table.matchAll(/^\| [^|]+ \| ([^|]+) \|/gm)].map(([, cell = '']) => cell)
  const known = new Set<string>(storageErrorCodes)
  const told = rows.flatMap((cell) => [...cell.matchAll(/`([A-Z][a-zA-Z]+)`/g)])
  expect(told.length).toBeGreaterThan(15)
  for (const [, code = ''] of told) expect(known).toContain(code)
})

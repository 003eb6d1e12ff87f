// Servers that speak S3: how each is opened, and what the S3 family has beyond the common surface. Opening and signing send nothing.
import { openDriver, type Container, type StorageDriver } from '@cloudstore/core'
import type { S3CompatStorageDriver } from '@cloudstore/s3-compat'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

const key = 'example-access-key'
const secret = 'example-secret-key'

export async function s3({ driver, container }: Setting): Promise<void> {
  // #region minio
  // MinIO, Ceph and others that run somewhere of their own: give the endpoint.
  const minio = await openDriver(
    { provider: 'minio', endpoint: 'http://127.0.0.1:9000', key, secret },
    { import: { minio: () => import('@cloudstore/s3-compat') } },
  )
  // #endregion

  // #region providers
  const s3Compat = () => import('@cloudstore/s3-compat')
  const load = { import: { s3: s3Compat, cloudflare_r2: s3Compat, backblaze_b2: s3Compat } }
  const aws = await openDriver({ provider: 's3', region: 'eu-central-1', key, secret }, load)
  const r2 = await openDriver({ provider: 'cloudflare_r2', account: 'abc123', key, secret }, load)
  const b2 = await openDriver(
    { provider: 'backblaze_b2', region: 'us-west-004', key, secret },
    load,
  )
  // #endregion

  // #region unknown
  // Any other server. Nothing is known of it, so nothing is relied upon that it could ignore in silence.
  const other = await openDriver(
    { provider: 's3_compat', endpoint: 'https://storage.example.com/s3', key, secret },
    { import: { s3_compat: () => import('@cloudstore/s3-compat') } },
  )
  // #endregion
  for (const each of [minio, aws, r2, b2, other]) {
    console.log(each.provider, await each.container('my-files').url('notes/a.txt'))
  }

  // #region credentials
  // Asked at first, and again ahead of the end; each attempt and each part is signed anew.
  const temporary = await openDriver(
    {
      provider: 's3',
      credentials: async () => {
        const { id, secret, token, end } = await fetchCredentials()
        return { key: id, secret, sessionToken: token, expiresAt: end }
      },
    },
    { import: { s3: () => import('@cloudstore/s3-compat') } },
  )
  // #endregion
  await links(temporary.container('my-files'))

  if (isS3(driver)) await cleanUp(driver, container)
  for (const each of [minio, aws, r2, b2, other, temporary]) await each.close()
}

async function links(container: Container): Promise<void> {
  // #region presign
  const { url, headers, expiresAt } = await container.presign('inbox/photo.svg', {
    method: 'PUT',
    contentType: 'image/svg+xml',
    expiresIn: 600, // seconds
  })
  // Whoever uploads sends these headers with it: await fetch(url, { method: 'PUT', headers, body })
  // #endregion
  console.log(new URL(url).host, headers['content-type'], expiresAt instanceof Date)

  // #region form
  // An HTML form for browsers: <form action=… method="post" enctype="multipart/form-data"> with these fields, the file last.
  const form = await container.uploadForm('inbox/', {
    keyIsPrefix: true,
    maxSize: 10_000_000,
    contentType: 'image/svg+xml',
  })
  // #endregion
  console.log(new URL(form.url).host, form.fields['Content-Type'])
}

// #region clean-up
async function cleanUp(driver: S3CompatStorageDriver, container: Container): Promise<void> {
  for await (const upload of driver.exIterateMultipartUploads(container, { prefix: 'backups/' })) {
    console.log(upload.key, upload.createdAt)
  }
  // Without `olderThan`, uploads that are in progress elsewhere are aborted too.
  const dayAgo = new Date(Date.now() - 24 * 3600 * 1000)
  const aborted = await driver.exCleanupAllMultipartUploads(container, { olderThan: dayAgo })
  console.log(aborted, 'aborted')
}
// #endregion

/** Stands for a service that lends credentials. */
async function fetchCredentials(): Promise<{
  id: string
  secret: string
  token: string
  end: Date
}> {
  return { id: key, secret, token: 'example-token', end: new Date(Date.now() + 3600 * 1000) }
}

function isS3(driver: StorageDriver): driver is S3CompatStorageDriver {
  return 'exCleanupAllMultipartUploads' in driver
}

await runDirectly(import.meta.url, s3)

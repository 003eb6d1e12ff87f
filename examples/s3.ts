// Servers that speak S3: how each is opened, and what the S3 family has beyond the common surface. Opening and signing send nothing.
import { openDriver, type Container } from '@cloudstore/core'
import { S3CompatStorageDriver } from '@cloudstore/s3-compat'
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

  // #region narrow
  // What openDriver gives has the common surface; its class tells the compiler that `s3` is there.
  if (driver instanceof S3CompatStorageDriver) console.log(await driver.s3.getCors(container))
  // #endregion
  if (driver instanceof S3CompatStorageDriver) await settings(driver, container)
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

async function settings(driver: S3CompatStorageDriver, container: Container): Promise<void> {
  // #region rules
  await driver.s3.putCors(container, [
    {
      allowedOrigins: ['https://example.com'],
      allowedMethods: ['GET', 'PUT', 'POST'],
      allowedHeaders: ['*'],
      exposeHeaders: ['ETag'],
      maxAgeSeconds: 3600,
    },
  ])
  await driver.s3.putLifecycle(container, [
    { id: 'old logs', prefix: 'logs/', expiration: { days: 30 } },
    { id: 'broken uploads', abortIncompleteUploadDays: 2 },
  ])
  // Each call replaces all rules. deleteCors and deleteLifecycle take them away.
  // #endregion
  for (const { id } of await driver.s3.getLifecycle(container)) console.log(id)
  await driver.s3.deleteCors(container)
  await driver.s3.deleteLifecycle(container)

  await sendParts(driver, container, new Blob(['the bytes of a film']))
  await sendForm(container, new Blob(['<svg/>'], { type: 'image/svg+xml' }))
  await cleanUp(driver, container)
}

// #region parts
async function sendParts(
  driver: S3CompatStorageDriver,
  container: Container,
  file: Blob,
): Promise<void> {
  const key = 'inbox/film.mp4'
  const uploadId = await driver.s3.createUpload(container, key, { contentType: 'video/mp4' })
  const partSize = 8 * 1024 * 1024 // every part but the last: 5 MiB at least
  for (let partNumber = 1; (partNumber - 1) * partSize < file.size; partNumber += 1) {
    const body = file.slice((partNumber - 1) * partSize, partNumber * partSize)
    const part = { uploadId, partNumber, size: body.size }
    const { url, headers } = await driver.s3.presignPart(container, key, part)
    // This line runs where the bytes are, in a browser say. The rest runs where the driver is.
    const answer = await fetch(url, { method: 'PUT', headers, body })
    if (!answer.ok) throw new Error(`part ${partNumber}: ${answer.status} ${await answer.text()}`)
  }
  const { size } = await driver.s3.completeUpload(container, key, uploadId)
  console.log(size, 'bytes in parts')
}
// #endregion

async function sendForm(container: Container, file: Blob): Promise<void> {
  // #region send-form
  const { url, fields } = await container.uploadForm('inbox/', {
    keyIsPrefix: true,
    maxSize: 1000,
    contentType: 'image/svg+xml',
  })
  const send = async (content: Blob): Promise<number> => {
    const body = new FormData()
    for (const [name, value] of Object.entries(fields)) body.append(name, value)
    body.append('file', content, 'photo.svg') // last: what stands behind it is ignored
    const answer = await fetch(url, { method: 'POST', body })
    await answer.text()
    return answer.status
  }
  console.log(await send(file)) // 204: it is there
  console.log(await send(new Blob(['x'.repeat(1001)]))) // 400: EntityTooLarge
  // #endregion
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

await runDirectly(import.meta.url, s3)

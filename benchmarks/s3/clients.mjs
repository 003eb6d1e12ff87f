// The clients, each with the settings that its documentation gives: what they do is the same, how is theirs.
import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { concurrency, partSize, pieces } from './content.mjs'

const key = 'AKIDEXAMPLE'
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const region = 'us-east-1'
const bucket = 'bench'

/** A stream that does not say how long it is. */
const unknownLength = (size) => Readable.from(pieces(size), { objectMode: false })

export const clients = {
  'node:http': bare,
  cloudstore,
  'cloudstore, undici': withUndici,
  'aws-sdk': aws,
  minio,
}

async function cloudstore(port, more = {}) {
  const { S3CompatStorageDriver, getDriver } = await built()
  const S3 = getDriver?.('s3') ?? S3CompatStorageDriver
  const endpoint = `http://127.0.0.1:${port}`
  const settings = { endpoint, region, key, secret, addressing: 'path', partSize, concurrency }
  const driver = new S3({ ...settings, ...more })
  const container = driver.container(bucket)
  return {
    put: (name, bytes) => container.put(name, bytes),
    get: (name) => container.get(name).bytes(),
    async list() {
      let keys = 0
      for await (const object of container.list()) if (object.key !== '') keys += 1
      return keys
    },
    upload: (name, size) => container.put(name, unknownLength(size)),
    download: (name, path) => container.get(name).toFile(path),
  }
}

async function built() {
  await import('../../packages/s3-compat/dist/index.mjs')
  return import('../../packages/core/dist/index.mjs')
}

async function withUndici(port) {
  const { undiciTransport } = await import('../../packages/core/dist/undici.mjs')
  return cloudstore(port, { transport: undiciTransport() })
}

async function aws(port) {
  const { GetObjectCommand, paginateListObjectsV2, PutObjectCommand, S3Client } =
    await import('@aws-sdk/client-s3')
  const { Upload } = await import('@aws-sdk/lib-storage')
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${port}`,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: key, secretAccessKey: secret },
  })
  const open = async (name) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: name }))
    return Body
  }
  return {
    put: (name, bytes) =>
      client.send(new PutObjectCommand({ Bucket: bucket, Key: name, Body: bytes })),
    get: async (name) => (await open(name)).transformToByteArray(),
    async list() {
      let keys = 0
      for await (const page of paginateListObjectsV2({ client }, { Bucket: bucket })) {
        for (const { Key } of page.Contents ?? []) if (Key !== '') keys += 1
      }
      return keys
    },
    upload: (name, size) =>
      new Upload({
        client,
        params: { Bucket: bucket, Key: name, Body: unknownLength(size) },
        partSize,
        queueSize: concurrency,
      }).done(),
    download: async (name, path) => pipeline(await open(name), createWriteStream(path)),
  }
}

/** What it costs to send and receive at all: unsigned requests, nothing checked, nothing repeated. */
async function bare(port) {
  const { Agent, request } = await import('node:http')
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const headers = {
    authorization:
      'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request,SignedHeaders=host;x-amz-date,Signature=0',
    'x-amz-content-sha256': '0'.repeat(64),
    'x-amz-date': '20260101T000000Z',
  }
  const send = (method, name, body) =>
    new Promise((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': body.length }
      const path = `/${bucket}/${name}`
      const sent = request(
        { host: '127.0.0.1', port, method, path, agent, headers: { ...headers, ...length } },
        (response) => {
          const chunks = []
          response.on('data', (chunk) => chunks.push(chunk))
          response.on('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)))
          response.on('error', reject)
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  return { put: (name, bytes) => send('PUT', name, bytes), get: (name) => send('GET', name) }
}

async function minio(port) {
  const { Client } = await import('minio')
  const client = new Client({
    endPoint: '127.0.0.1',
    port,
    useSSL: false,
    accessKey: key,
    secretKey: secret,
    region,
    partSize,
  })
  return {
    put: (name, bytes) => client.putObject(bucket, name, bytes),
    async get(name) {
      const chunks = []
      for await (const chunk of await client.getObject(bucket, name)) chunks.push(chunk)
      return Buffer.concat(chunks)
    },
    async list() {
      let keys = 0
      for await (const { name } of client.listObjectsV2(bucket, '', true)) if (name) keys += 1
      return keys
    },
    upload: (name, size) => client.putObject(bucket, name, unknownLength(size)),
    download: (name, path) => client.fGetObject(bucket, name, path),
  }
}

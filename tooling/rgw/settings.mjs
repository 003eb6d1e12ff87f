// Where the test server lives and what it is called. The keys are public and worthless: they open
// nothing but this server on loopback.
import { join } from 'node:path'
import { temp } from '../workspace.mjs'

const port = Number(process.env.TEST_RGW_PORT ?? 7480)

export const folder = process.env.TEST_RGW_FOLDER ?? join(temp, 'rgw')

export const paths = {
  /** Only a folder that holds this file is ever emptied. */
  mark: join(folder, '.cloudstore-rgw'),
  lock: join(folder, 'lock'),
  conf: join(folder, 'ceph.conf'),
  data: join(folder, 'data'),
  log: join(folder, 'log'),
  run: join(folder, 'run'),
  crash: join(folder, 'crash'),
  certificate: join(folder, 'tls.crt'),
  privateKey: join(folder, 'tls.key'),
}

export const ports = { http: port, https: port + 1, monitor: port + 10_000, osd: [16_800, 17_399] }

/** The only LocationConstraint that the server accepts. */
export const region = 'nyc3'

/**
 * Virtual-host suffixes. The server takes the first that fits in alphabetical order, and reads every
 * other host name as a bucket's.
 */
export const domains = ['do.localhost', 'localhost', `${region}.digitaloceanspaces.com`]

export const users = [
  {
    id: 'main',
    accessKey: 'CLOUDSTOREMAIN000001',
    // The slash is there on purpose: keys hold some, and a URL must survive it.
    secretKey: 'cloudstore/main/secret+for+loopback+0001',
    capabilities: 'users=*;buckets=*;metadata=*;usage=*;zone=*',
  },
  {
    id: 'alt',
    accessKey: 'CLOUDSTOREALT0000002',
    secretKey: 'cloudstore/alt/secret+for+loopback+00002',
  },
]

/** Whether it gives temporary credentials. Not by default: a wrong secret is then answered AccessDenied. */
export const temporaryCredentials = process.env.TEST_RGW_STS === 'true'

/** A role that the first user may take on: that gives temporary credentials with a session token. */
export const role = 'temporary'

/** What a test needs to know, as environment variables. */
export const environment = {
  RGW_ENDPOINT: `http://127.0.0.1:${ports.http}`,
  RGW_ENDPOINT_TLS: `https://127.0.0.1:${ports.https}`,
  RGW_CA: paths.certificate,
  RGW_REGION: region,
  RGW_DOMAINS: domains.join(' '),
  ...(temporaryCredentials && { RGW_ROLE: `arn:aws:iam:::role/${role}` }),
  ...Object.fromEntries(
    users.flatMap(({ id, accessKey, secretKey }) => [
      [`RGW_${id.toUpperCase()}_ACCESS_KEY`, accessKey],
      [`RGW_${id.toUpperCase()}_SECRET_KEY`, secretKey],
    ]),
  ),
}

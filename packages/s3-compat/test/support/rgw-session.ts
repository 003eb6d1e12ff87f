import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { S3Credentials } from '../../src/signing/credentials.ts'
import { v4Signer } from '../../src/signing/v4.ts'
import type { Rgw } from '../../../../tooling/test-support/rgw.ts'

const sharedPort = Number(process.env['TEST_RGW_PORT'] ?? 7480)

/** A server of its own: one that gives temporary credentials answers a wrong secret otherwise. */
export const sessionServer: Readonly<Record<string, string>> = {
  TEST_RGW_PORT: String(sharedPort + 4),
  TEST_RGW_FOLDER: join(tmpdir(), `cloudstore-rgw-${sharedPort + 4}`),
  TEST_RGW_STS: 'true',
}

/** Temporary credentials: those of a role that the main user takes on. */
export async function temporaryCredentials(rgw: Rgw): Promise<S3Credentials> {
  const { host } = new URL(rgw.http)
  const body = String(
    new URLSearchParams({
      Action: 'AssumeRole',
      Version: '2011-06-15',
      RoleArn: 'arn:aws:iam:::role/temporary',
      RoleSessionName: 'test',
    }),
  )
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const signer = v4Signer(async () => ({ key: rgw.key, secret: rgw.secret }), rgw.region)
  const payloadHash = createHash('sha256').update(body).digest('hex')
  const request = { method: 'POST', host, path: '/', query: [], headers, payloadHash }
  const signed = await signer.sign(request, Date.now())
  const answer = await fetch(rgw.http, { method: 'POST', headers: { ...headers, ...signed }, body })
  const text = await answer.text()
  const need = (name: string): string => {
    const found = new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1]
    if (found === undefined) throw new Error(`no temporary credentials, but ${text}`)
    return found
  }
  return {
    key: need('AccessKeyId'),
    secret: need('SecretAccessKey'),
    sessionToken: need('SessionToken'),
    expiresAt: new Date(need('Expiration')),
  }
}

import type { Container, PresignMethod, StorageDriver } from '@cloudstore/core'
import { check, equal, rejects, sameBytes, sameList, sameRecord } from '../assert.ts'
import {
  group,
  notApplicable,
  type ConformanceCase,
  type ConformanceContext,
  type PlainFetch,
} from '../case.ts'
import { kibi, sample, utf8 } from '../samples.ts'

interface Presigning {
  readonly driver: StorageDriver
  readonly container: Container
  readonly fetch: PlainFetch
}

/** Runs where the provider presigns the method; where not, that it is refused and nothing is sent. */
function presigning(method: PresignMethod, run: (given: Presigning) => Promise<void>) {
  return async (context: ConformanceContext) => {
    const container = await context.container()
    const { features, backend } = context.driver
    if (!backend.presign || !features.presign?.methods.includes(method)) {
      const { driver, sent } = context.recording()
      const presign = () => driver.container(container.name).presign('object', { method })
      await rejects(presign, 'UnsupportedOperation', `presign ${method}`)
      sameList(sent, [], 'requests that reached the provider')
      return
    }
    if (!context.fetch) notApplicable('nothing to send a presigned request with')
    await run({ driver: context.driver, container, fetch: context.fetch })
  }
}

const denied = (status: number) => status >= 400 && status < 500

export const presigned: readonly ConformanceCase[] = group('presigned requests', {
  'a presigned GET gives the object to anybody': presigning('GET', async ({ container, fetch }) => {
    const bytes = sample(100 * kibi)
    await container.put('folder/object', bytes)
    const { url, method, headers } = await container.presign('folder/object')
    equal(method, 'GET', 'method')
    const answer = await fetch(url, { method, headers: { ...headers } })
    equal(answer.status, 200, 'status')
    sameBytes(new Uint8Array(await answer.arrayBuffer()), bytes, 'body')
  }),

  'a presigned GET serves ranges': presigning('GET', async ({ container, fetch }) => {
    const bytes = sample(kibi)
    await container.put('object', bytes)
    const { url, headers } = await container.presign('object', { method: 'GET' })
    const answer = await fetch(url, {
      method: 'GET',
      headers: { ...headers, range: 'bytes=10-19' },
    })
    equal(answer.status, 206, 'status')
    const body = new Uint8Array(await answer.arrayBuffer())
    sameBytes(body, bytes.subarray(10, 20), 'body')
  }),

  'a presigned GET can change the headers of its answer': presigning(
    'GET',
    async ({ container, fetch }) => {
      await container.put('object', 'x')
      const disposition = 'attachment; filename="a b.txt"'
      const { url, headers } = await container.presign('object', {
        response: { contentDisposition: disposition, contentType: 'text/x-override' },
      })
      const answer = await fetch(url, { method: 'GET', headers: { ...headers } })
      equal(answer.status, 200, 'status')
      equal(answer.headers.get('content-disposition'), disposition, 'content-disposition')
      equal(answer.headers.get('content-type'), 'text/x-override', 'content-type')
      await answer.arrayBuffer()
    },
  ),

  'a presigned GET of a missing object is not found': presigning(
    'GET',
    async ({ container, fetch }) => {
      const { url, headers } = await container.presign('missing')
      const answer = await fetch(url, { method: 'GET', headers: { ...headers } })
      equal(answer.status, 404, 'status')
      await answer.arrayBuffer()
    },
  ),

  'a presigned URL opens nothing but its object and method': presigning(
    'GET',
    async ({ container, fetch }) => {
      await container.put('key-of-this', 'x')
      await container.put('key-of-that', 'another')
      const { url, headers } = await container.presign('key-of-this')
      const other = await fetch(url.replace('key-of-this', 'key-of-that'), {
        method: 'GET',
        headers: { ...headers },
      })
      check(denied(other.status), `another key: status ${other.status}`)
      await other.arrayBuffer()
      const put = await fetch(url, { method: 'PUT', headers: { ...headers }, body: 'overwritten' })
      check(denied(put.status), `another method: status ${put.status}`)
      await put.arrayBuffer()
      equal(await container.get('key-of-this').text(), 'x', 'contents afterwards')
    },
  ),

  'a presigned URL expires': presigning('GET', async ({ container, fetch }) => {
    await container.put('object', 'x')
    const before = Date.now()
    const { url, headers, expiresAt } = await container.presign('object', { expiresIn: 1 })
    const seconds = (expiresAt.getTime() - before) / 1000
    check(seconds > -1 && seconds < 3, `expiresAt is ${seconds} s away, not 1`)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    const answer = await fetch(url, { method: 'GET', headers: { ...headers } })
    check(denied(answer.status), `status after its end: ${answer.status}`)
    await answer.arrayBuffer()
  }),

  'a presigned HEAD tells the size': presigning('HEAD', async ({ container, fetch }) => {
    await container.put('object', 'twelve bytes')
    const { url, method, headers } = await container.presign('object', { method: 'HEAD' })
    equal(method, 'HEAD', 'method')
    const answer = await fetch(url, { method, headers: { ...headers } })
    equal(answer.status, 200, 'status')
    equal(answer.headers.get('content-length'), '12', 'content-length')
  }),

  'a presigned PUT stores an object with its description': presigning(
    'PUT',
    async ({ container, driver, fetch }) => {
      const { features } = driver
      const metadata = features.metadata ? { colour: 'blue' } : undefined
      const { url, method, headers } = await container.presign('up loaded', {
        method: 'PUT',
        contentType: 'text/x-conformance',
        metadata,
      })
      equal(method, 'PUT', 'method')
      const body = sample(5000)
      const answer = await fetch(url, { method, headers: { ...headers }, body })
      check(answer.status === 200 || answer.status === 201, `status ${answer.status}`)
      await answer.arrayBuffer()
      sameBytes(await container.get('up loaded').bytes(), body, 'bytes read back')
      const head = await container.head('up loaded')
      equal(head.contentType, 'text/x-conformance', 'content type')
      sameRecord(head.metadata, { ...metadata }, 'metadata')
    },
  ),

  'a presigned PUT stores an object with its ACL': presigning(
    'PUT',
    async ({ container, driver, fetch }) => {
      if (!driver.features.acls.objects.includes('public-read') || !driver.backend.acl) {
        notApplicable('objects have no ACL public-read')
      }
      const { url, method, headers } = await container.presign('object', {
        method: 'PUT',
        acl: 'public-read',
      })
      const answer = await fetch(url, { method, headers: { ...headers }, body: 'x' })
      check(answer.status === 200 || answer.status === 201, `status ${answer.status}`)
      await answer.arrayBuffer()
      const acl = await driver.getObjectAcl(driver.object(container, 'object'))
      equal(acl, 'public-read', 'ACL')
    },
  ),

  'a presigned PUT takes no other content type': presigning('PUT', async ({ container, fetch }) => {
    const { url, method, headers } = await container.presign('object', {
      method: 'PUT',
      contentType: 'image/png',
    })
    const changed = { ...headers, 'content-type': 'text/html' }
    for (const name of Object.keys(headers)) {
      if (name.toLowerCase() === 'content-type' && name !== 'content-type')
        Reflect.deleteProperty(changed, name)
    }
    const answer = await fetch(url, { method, headers: changed, body: '<script>' })
    check(denied(answer.status), `status ${answer.status}`)
    await answer.arrayBuffer()
    equal(await container.exists('object'), false, 'exists')
  }),

  'a presigned DELETE deletes': presigning('DELETE', async ({ container, fetch }) => {
    await container.put('object', 'x')
    const { url, method, headers } = await container.presign('object', { method: 'DELETE' })
    const answer = await fetch(url, { method, headers: { ...headers } })
    check(answer.status === 204 || answer.status === 200, `status ${answer.status}`)
    await answer.arrayBuffer()
    equal(await container.exists('object'), false, 'exists')
  }),

  'presigning what cannot be is refused': async (context) => {
    const { driver } = context
    const container = await context.container()
    if (!driver.backend.presign) notApplicable('the provider does not presign')
    const most = driver.features.presign?.maxSeconds ?? 0
    const bad = [0, -1, 1.5, Number.NaN, ...(Number.isFinite(most) ? [most + 1] : [])]
    for (const expiresIn of bad) {
      const presign = () => container.presign('object', { expiresIn })
      await rejects(presign, 'InvalidArgument', `expiresIn ${expiresIn}`)
    }
    const wrong = { method: 'POST' as PresignMethod }
    await rejects(() => container.presign('object', wrong), 'InvalidArgument', 'method POST')
    const misplaced = { method: 'GET' as const, contentType: 'text/plain' }
    await rejects(
      () => container.presign('object', misplaced),
      'InvalidArgument',
      'contentType of a GET',
    )
    await rejects(() => container.presign('', {}), 'InvalidObjectName', 'empty key')
  },

  'an upload form takes a file': async (context) => {
    const container = await context.container()
    if (!context.driver.backend.uploadForm) {
      const { driver, sent } = context.recording()
      const form = () => driver.container(container.name).uploadForm('object')
      await rejects(form, 'UnsupportedOperation', 'uploadForm')
      sameList(sent, [], 'requests that reached the provider')
      return
    }
    if (!context.fetch) notApplicable('nothing to send a form with')
    const { url, fields } = await container.uploadForm('form/object', { minSize: 1, maxSize: 10 })
    const send = async (contents: string) => {
      const { type, body } = multipartForm(fields, contents)
      const init = { method: 'POST', headers: { 'content-type': type }, body }
      const answer = await context.fetch?.(url, init)
      await answer?.arrayBuffer()
      return answer?.status ?? 0
    }
    check(denied(await send('more than ten bytes')), 'a file above maxSize was taken')
    equal(await container.exists('form/object'), false, 'exists')
    const status = await send('ten bytes.')
    check(status >= 200 && status < 300, `status ${status}`)
    equal(await container.get('form/object').text(), 'ten bytes.', 'contents')
  },
})

function multipartForm(fields: Readonly<Record<string, string>>, contents: string) {
  const boundary = 'conformance-boundary-7d1f'
  const parts = Object.entries(fields).map(
    ([name, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  const file =
    `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="file"\r\n` +
    `content-type: application/octet-stream\r\n\r\n${contents}\r\n--${boundary}--\r\n`
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: utf8(parts.join('') + file),
  }
}

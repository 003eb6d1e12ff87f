import { describe, expect, test } from '@jest/globals'
import { readAcl } from '../src/xml/documents/acl.ts'
import { readBuckets, readLocation, writeCreateBucket } from '../src/xml/documents/buckets.ts'
import { readCors, writeCors, type CorsRule } from '../src/xml/documents/cors.ts'
import { readDeleteResult, writeDelete } from '../src/xml/documents/delete-objects.ts'
import { readLifecycle, writeLifecycle } from '../src/xml/documents/lifecycle.ts'
import {
  readCreatedUpload,
  readParts,
  readUploads,
  writeComplete,
} from '../src/xml/documents/multipart.ts'
import { findServerError } from '../src/errors/server-error-text.ts'
import { readWrittenEtag } from '../src/operations/s3-context.ts'
import { readTagging, writeTagging } from '../src/xml/documents/tagging.ts'

const malformed = { code: 'MalformedResponse' }

describe('buckets', () => {
  test('a listing', async () => {
    const text =
      '<ListAllMyBucketsResult><Owner><ID>1</ID></Owner><Buckets><Bucket><Name>a</Name><CreationDate>2026-01-02T03:04:05.678Z</CreationDate></Bucket><Bucket><Name>b</Name></Bucket></Buckets></ListAllMyBucketsResult>'
    expect(await readBuckets(text)).toEqual({
      buckets: [{ name: 'a', createdAt: new Date('2026-01-02T03:04:05.678Z') }, { name: 'b' }],
    })
  })
  test('none, and a page that is not the last', async () => {
    expect(await readBuckets('<ListAllMyBucketsResult/>')).toEqual({ buckets: [] })
    expect(
      await readBuckets(
        '<ListAllMyBucketsResult><ContinuationToken>t</ContinuationToken></ListAllMyBucketsResult>',
      ),
    ).toEqual({ buckets: [], nextToken: 't' })
  })
  test('without a name it is none', async () => {
    const text = '<ListAllMyBucketsResult><Buckets><Bucket/></Buckets></ListAllMyBucketsResult>'
    await expect(readBuckets(text)).rejects.toMatchObject(malformed)
  })
  test.each([
    ['<LocationConstraint xmlns="x">fr-par</LocationConstraint>', 'fr-par'],
    ['<LocationConstraint/>', ''],
    ['<LocationConstraint><LocationConstraint>eu</LocationConstraint></LocationConstraint>', 'eu'],
  ])('%s is %j', async (text, region) => {
    expect(await readLocation(text)).toBe(region)
  })
  test('creating one in a region', () => {
    expect(writeCreateBucket('eu-west-1')).toContain(
      '<LocationConstraint>eu-west-1</LocationConstraint>',
    )
  })
})

describe('many deletions', () => {
  test('keys are escaped', () => {
    expect(writeDelete(['a&b', '<c>'])).toContain(
      '<Object><Key>a&amp;b</Key></Object><Object><Key>&lt;c&gt;</Key></Object><Quiet>true</Quiet>',
    )
  })
  test('failures, and none', async () => {
    expect(await readDeleteResult('<DeleteResult/>')).toEqual([])
    const text =
      '<DeleteResult><Deleted><Key>x</Key></Deleted><Error><Key>a&amp;b</Key><Code>AccessDenied</Code><Message>no</Message></Error><Error><Key>c</Key><Code>InternalError</Code></Error></DeleteResult>'
    expect(await readDeleteResult(text)).toEqual([
      { key: 'a&b', serverCode: 'AccessDenied', message: 'no' },
      { key: 'c', serverCode: 'InternalError', message: '' },
    ])
  })
})

describe('multipart uploads', () => {
  test('created', async () => {
    const text =
      '<InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>2~abc</UploadId></InitiateMultipartUploadResult>'
    expect(await readCreatedUpload(text)).toBe('2~abc')
    await expect(readCreatedUpload('<InitiateMultipartUploadResult/>')).rejects.toMatchObject(
      malformed,
    )
  })
  test('completed', () => {
    expect(
      writeComplete([
        { number: 1, etag: 'abc' },
        { number: 2, etag: 'def' },
      ]),
    ).toContain(
      '<Part><PartNumber>1</PartNumber><ETag>&quot;abc&quot;</ETag></Part><Part><PartNumber>2</PartNumber><ETag>&quot;def&quot;</ETag></Part>',
    )
  })
  test('parts', async () => {
    const part =
      '<Part><PartNumber>3</PartNumber><LastModified>2026-01-01T00:00:00Z</LastModified><ETag>&quot;abc&quot;</ETag><Size>5242880</Size></Part>'
    expect(await readParts(`<ListPartsResult>${part}</ListPartsResult>`)).toEqual({
      parts: [{ number: 3, etag: 'abc', size: 5_242_880 }],
    })
    expect(
      await readParts(
        `<ListPartsResult>${part}<IsTruncated>true</IsTruncated><NextPartNumberMarker>3</NextPartNumberMarker></ListPartsResult>`,
      ),
    ).toMatchObject({ nextMarker: 3 })
    await expect(
      readParts('<ListPartsResult><IsTruncated>true</IsTruncated></ListPartsResult>'),
    ).rejects.toMatchObject(malformed)
  })
  test('uploads on their way', async () => {
    const text =
      '<ListMultipartUploadsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextKeyMarker>a%2Fb</NextKeyMarker><NextUploadIdMarker>2~x</NextUploadIdMarker><Upload><Key>a%2Fb+c</Key><UploadId>2~x</UploadId><Initiator><ID>me</ID><DisplayName>Me</DisplayName></Initiator><Owner><ID>you</ID></Owner><StorageClass>STANDARD</StorageClass><Initiated>2026-01-01T00:00:00.000Z</Initiated></Upload><CommonPrefixes><Prefix>p%2F</Prefix></CommonPrefixes></ListMultipartUploadsResult>'
    expect(await readUploads(text)).toEqual({
      uploads: [
        {
          key: 'a/b c',
          id: '2~x',
          createdAt: new Date('2026-01-01T00:00:00Z'),
          initiator: 'Me',
          owner: 'you',
        },
      ],
      prefixes: ['p/'],
      next: { keyMarker: 'a/b', uploadIdMarker: '2~x' },
    })
  })
})

describe('objects that the server put together', () => {
  test.each([['CopyObjectResult'], ['CopyPartResult'], ['CompleteMultipartUploadResult']] as const)(
    '%s, with and without quotes',
    async (root) => {
      for (const etag of ['&quot;abc-2&quot;', 'abc-2']) {
        const text = `<${root}><ETag>${etag}</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified></${root}>`
        expect(await readWrittenEtag(text, root)).toBe('abc-2')
      }
    },
  )
  test('an ETag that is not said, or empty', async () => {
    for (const text of ['<CopyObjectResult/>', '<CopyObjectResult><ETag/></CopyObjectResult>']) {
      expect(await readWrittenEtag(text, 'CopyObjectResult')).toBeUndefined()
    }
  })
  test('another result', async () => {
    await expect(readWrittenEtag('<CopyPartResult/>', 'CopyObjectResult')).rejects.toMatchObject(
      malformed,
    )
  })
})

test('an error of the server; what is empty counts as not said', () => {
  const text =
    '<?xml version="1.0" encoding="UTF-8"?><Error><Code>PermanentRedirect</Code><Message></Message><RequestId>tx1</RequestId><Region>ams3</Region><Endpoint>b.ams3.example.com</Endpoint></Error>'
  expect(findServerError(text)).toEqual({
    code: 'PermanentRedirect',
    requestId: 'tx1',
    region: 'ams3',
  })
})

test('tags go and come, whatever they are called', async () => {
  const tags = Object.fromEntries([
    ['__proto__', 'x'],
    ['a&b', '<c>'],
    ['empty', ''],
  ])
  const read = await readTagging(writeTagging(tags))
  expect(Object.entries(read)).toEqual(Object.entries(tags))
})

test('CORS rules go and come', async () => {
  const rules: CorsRule[] = [
    { allowedOrigins: ['*'], allowedMethods: ['GET'] },
    {
      id: 'upload',
      allowedOrigins: ['https://a.example', 'https://*.b.example'],
      allowedMethods: ['PUT', 'POST'],
      allowedHeaders: ['*'],
      exposeHeaders: ['ETag', 'x-amz-meta-a'],
      maxAgeSeconds: 3600,
    },
  ]
  expect(await readCors(writeCors(rules))).toEqual(rules)
})

test('lifecycle rules go and come, and the older form is read', async () => {
  const rules = [
    { id: 'a', prefix: 'tmp/', enabled: true, expiration: { days: 7 } },
    { enabled: false, expiration: { date: new Date('2027-01-01T00:00:00Z') } },
    { id: 'c', enabled: true, noncurrentExpirationDays: 30, abortIncompleteUploadDays: 3 },
  ]
  expect(await readLifecycle(writeLifecycle(rules))).toEqual(rules)
  expect(
    await readLifecycle(
      '<LifecycleConfiguration><Rule><Prefix>p/</Prefix><Status>Enabled</Status></Rule></LifecycleConfiguration>',
    ),
  ).toEqual([{ prefix: 'p/', enabled: true }])
})

test.each([
  ['Tag in its Filter', '<Filter><Tag><Key>a</Key><Value>b</Value></Tag></Filter>'],
  ['And in its Filter', '<Filter><And><Prefix>tmp/</Prefix></And></Filter>'],
  ['Transition in its Rule', '<Transition><Days>1</Days></Transition>'],
  [
    'ExpiredObjectDeleteMarker in its Expiration',
    '<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>',
  ],
])('a lifecycle rule that cannot be told whole is not told in part: %s', async (what, inner) => {
  const text = `<LifecycleConfiguration><Rule><ID>r</ID><Status>Enabled</Status>${inner}</Rule></LifecycleConfiguration>`
  await expect(readLifecycle(text)).rejects.toMatchObject({
    code: 'UnsupportedOperation',
    message: expect.stringContaining(what),
  })
})

describe('ACLs', () => {
  const owner =
    '<Grant><Grantee xmlns:xsi="x" xsi:type="CanonicalUser"><ID>me</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>'
  const group = (name: string, permission: string): string =>
    `<Grant><Grantee xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/${name}</URI></Grantee><Permission>${permission}</Permission></Grant>`
  const policy = (grants: string): string =>
    `<AccessControlPolicy xmlns:xsi="x"><Owner><ID>me</ID></Owner><AccessControlList>${grants}</AccessControlList></AccessControlPolicy>`

  test.each([
    ['private', owner],
    ['private', ''],
    ['public-read', group('AllUsers', 'READ') + owner],
    ['public-read-write', group('AllUsers', 'WRITE') + owner + group('AllUsers', 'READ')],
    ['authenticated-read', owner + group('AuthenticatedUsers', 'READ')],
    ['custom', owner + group('AllUsers', 'WRITE')],
    ['custom', owner + owner.replace('>me<', '>you<')],
    ['custom', owner + group('AllUsers', 'READ') + group('AuthenticatedUsers', 'READ')],
  ])('%s', async (acl, grants) => {
    expect(await readAcl(policy(grants))).toBe(acl)
  })

  test('an answer without a list of grants says nothing, and least of all private', async () => {
    const text = '<AccessControlPolicy><Owner><ID>me</ID></Owner></AccessControlPolicy>'
    await expect(readAcl(text)).rejects.toMatchObject(malformed)
  })
})

import { describe, expect, test } from '@jest/globals'
import { parseListPage, readListPage } from '../src/xml/list-page.ts'
import { scanListPage } from '../src/xml/list-scanner.ts'
import * as fc from 'fast-check'

const start =
  '<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
const end = '</ListBucketResult>'

const ceph = `${start}<Name>b</Name><Prefix></Prefix><MaxKeys>2</MaxKeys><Delimiter>/</Delimiter><IsTruncated>true</IsTruncated><NextContinuationToken>dir/a&amp;b.txt</NextContinuationToken><Contents><Key>dir/a&amp;b.txt</Key><LastModified>2026-11-22T08:09:10.123Z</LastModified><ETag>&quot;5d41402abc4b2a76b9719d911017c592&quot;</ETag><Size>5</Size><StorageClass>STANDARD</StorageClass><Owner><ID>me</ID><DisplayName>Me</DisplayName></Owner><Type>Normal</Type></Contents><Contents><Key> &#x4e;ame\t&lt;&gt;</Key><LastModified>2026-11-22T08:09:10.000Z</LastModified><ETag>"a-2"</ETag><Size>0</Size></Contents><CommonPrefixes><Prefix>photos/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>é/</Prefix></CommonPrefixes><KeyCount>4</KeyCount></ListBucketResult>`

test('a page as Ceph writes it', async () => {
  expect(scanListPage(ceph)).toBeDefined()
  expect(await readListPage(ceph)).toEqual({
    objects: [
      {
        key: 'dir/a&b.txt',
        size: 5,
        etag: '5d41402abc4b2a76b9719d911017c592',
        lastModified: new Date('2026-11-22T08:09:10.123Z'),
        storageClass: 'STANDARD',
      },
      {
        key: ' Name\t<>',
        size: 0,
        etag: 'a-2',
        lastModified: new Date('2026-11-22T08:09:10.000Z'),
      },
    ],
    prefixes: ['photos/', 'é/'],
    truncated: true,
    nextToken: 'dir/a&b.txt',
  })
})

test('names are decoded when the answer says that they are encoded, wherever it says so', async () => {
  const page = `${start}<Contents><Key>a%2Fb+c%2B%F0%9F%98%80</Key><Size>1</Size></Contents><CommonPrefixes><Prefix>p+%25/</Prefix></CommonPrefixes><NextMarker>a%20b</NextMarker><NextContinuationToken>a%20b+c</NextContinuationToken><EncodingType>url</EncodingType>${end}`
  expect(await readListPage(page)).toEqual({
    objects: [{ key: 'a/b c+😀', size: 1 }],
    prefixes: ['p %/'],
    truncated: false,
    nextMarker: 'a b',
    nextToken: 'a%20b+c',
  })
  const asItIs = await readListPage(page.replace('<EncodingType>url</EncodingType>', ''))
  expect(asItIs.objects[0]?.key).toBe('a%2Fb+c%2B%F0%9F%98%80')
})

test('an empty page', async () => {
  const empty = { objects: [], prefixes: [], truncated: false }
  expect(await readListPage(`${start}${end}`)).toEqual(empty)
  expect(await readListPage('<ListBucketResult/>')).toEqual(empty)
})

describe('what the scanner leaves to the parser is read all the same', () => {
  const content = '<Contents><Key>k</Key><Size>1</Size></Contents>'
  test.each([
    ['a comment', `${start}<!-- c -->${content}${end}`],
    ['an attribute', `${start}<Contents a="1"><Key>k</Key><Size>1</Size></Contents>${end}`],
    [
      'a CDATA section',
      `${start}<Contents><Key><![CDATA[k]]></Key><Size>1</Size></Contents>${end}`,
    ],
    ['an empty tag', `${start}<Prefix/>${content}${end}`],
    ['other line ends', `${start}\r\n${content}\r\n${end}`],
    ['another declaration of the namespace', `<ListBucketResult a="b">${content}${end}`],
  ])('%s', async (_what, page) => {
    expect(scanListPage(page)).toBeUndefined()
    expect((await readListPage(page)).objects).toEqual([{ key: 'k', size: 1 }])
  })
})

test.each(['now', '0', '2026', '', '0000-00-00T00:00:00Z'])(
  'a time that nobody can read is not known: %j',
  async (time) => {
    const page = `${start}<Contents><Key>a</Key><Size>1</Size><LastModified>${time}</LastModified></Contents>${end}`
    expect((await readListPage(page)).objects).toEqual([{ key: 'a', size: 1 }])
  },
)

test('a time as some servers write it', async () => {
  const page = `${start}<Contents><Key>a</Key><Size>1</Size><LastModified>Thu, 01 Jan 2026 00:00:00 GMT</LastModified></Contents>${end}`
  expect((await readListPage(page)).objects[0]?.lastModified).toEqual(
    new Date('2026-01-01T00:00:00Z'),
  )
})

describe('what is no page is refused', () => {
  test.each([
    ['nothing', ''],
    ['HTML', '<html><body>502 Bad Gateway</body></html>'],
    ['an error', '<Error><Code>SlowDown</Code></Error>'],
    ['a page that was cut off', ceph.slice(0, -20)],
    ['a page with more behind it', `${ceph}<a/>`],
    ['an unknown entity', `${start}<Contents><Key>&nbsp;</Key><Size>1</Size></Contents>${end}`],
    ['a lone &', `${start}<Contents><Key>a & b</Key><Size>1</Size></Contents>${end}`],
    [
      'half a surrogate pair',
      `${start}<Contents><Key>&#xD800;</Key><Size>1</Size></Contents>${end}`,
    ],
    ['a document type', `<!DOCTYPE a>${ceph}`],
    [
      'two keys of one object',
      `${start}<Contents><Key>a</Key><Key>b</Key><Size>1</Size></Contents>${end}`,
    ],
    ['an object without a key', `${start}<Contents><Size>1</Size></Contents>${end}`],
    ['an object without a size', `${start}<Contents><Key>a</Key></Contents>${end}`],
    ['a size that is none', `${start}<Contents><Key>a</Key><Size>-1</Size></Contents>${end}`],
    ['a truth that is none', `${start}<IsTruncated>maybe</IsTruncated>${end}`],
    ['an unknown encoding', `${start}<EncodingType>rot13</EncodingType>${end}`],
    [
      'bad percent-encoding',
      `${start}<EncodingType>url</EncodingType><NextMarker>%FF</NextMarker>${end}`,
    ],
    ['tags that cross', `${start}<Contents><Key>a</Contents></Key>${end}`],
  ])('%s', async (_what, page) => {
    await expect(readListPage(page)).rejects.toMatchObject({ code: 'MalformedResponse' })
  })
})

describe('the scanner and the parser agree', () => {
  const text = fc
    .string({ unit: 'binary', maxLength: 12 })
    .filter((value) => !/[\p{Surrogate}\0-\u{1F}\u{7F}-\u{9F}\uFFFE\uFFFF]/u.test(value))
    .map((value) =>
      value.replaceAll(
        /[&<>"]/g,
        (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? '&quot;',
      ),
    )
  const blank = fc.constantFrom('', '', ' ', '\n  ', '\t')
  const leaf = (name: string): fc.Arbitrary<string> =>
    fc.tuple(text, blank).map(([value, after]) => `<${name}>${value}</${name}>${after}`)
  const odd = fc.constantFrom(
    '<Owner><ID>1</ID></Owner>',
    '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress></RestoreStatus>',
    '<!-- note -->',
    '<Empty/>',
    '<Deep><A><B><C>x</C></B></A></Deep>',
    '<Key><![CDATA[x]]></Key>',
  )
  const shuffled = (parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
    fc
      .tuple(...parts)
      .chain((given) => fc.shuffledSubarray(given))
      .map((chosen) => chosen.join(''))
  const contents = shuffled([
    leaf('Key'),
    leaf('Size'),
    leaf('ETag'),
    leaf('LastModified'),
    leaf('StorageClass'),
    leaf('Type'),
    fc.oneof({ weight: 9, arbitrary: fc.constant('') }, { weight: 1, arbitrary: odd }),
  ]).map((inner) => `<Contents>${inner}</Contents>`)
  const prefixes = leaf('Prefix').map((inner) => `<CommonPrefixes>${inner}</CommonPrefixes>`)
  const page = fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: contents },
        { weight: 2, arbitrary: prefixes },
        { weight: 1, arbitrary: leaf('NextMarker') },
        { weight: 1, arbitrary: leaf('IsTruncated') },
        { weight: 1, arbitrary: leaf('KeyCount') },
      ),
      { maxLength: 6 },
    )
    .map((parts) => `${start}${parts.join('')}${end}`)

  const undefinedLeftOut = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

  test('on documents of its shape and near it', async () => {
    let scanned = 0
    await fc.assert(
      fc.asyncProperty(page, async (document) => {
        const fast = scanListPage(document)
        if (fast === undefined) return
        scanned += 1
        expect(undefinedLeftOut(fast)).toEqual(undefinedLeftOut(await parseListPage(document)))
      }),
      { numRuns: 500 },
    )
    expect(scanned).toBeGreaterThan(200)
  })

  test('on damaged documents: what the scanner takes, the parser takes too', async () => {
    const damage = fc.tuple(
      fc.nat(),
      fc.nat(12),
      fc.constantFrom('', '<', '>', '/', '&', '"', 'a', '</Key>'),
    )
    await fc.assert(
      fc.asyncProperty(page, damage, async (document, [where, length, put]) => {
        const at = where % document.length
        const damaged = document.slice(0, at) + put + document.slice(at + length)
        const fast = scanListPage(damaged)
        if (fast === undefined) return
        expect(undefinedLeftOut(fast)).toEqual(undefinedLeftOut(await parseListPage(damaged)))
      }),
      { numRuns: 2000 },
    )
  })
})

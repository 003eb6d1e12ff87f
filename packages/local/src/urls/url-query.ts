import type { Attributes, PresignRequest, PutAttributes } from '@cloudstore/core'
import { toAcl, type LocalAcl } from '../acls.ts'

type Query = readonly (readonly [name: string, value: string])[]
type TextAttribute = Exclude<keyof Attributes, 'expires'>

/** Attributes by the names of their HTTP headers. */
export const attributeHeaders: readonly (readonly [TextAttribute, string])[] = [
  ['contentType', 'content-type'],
  ['cacheControl', 'cache-control'],
  ['contentDisposition', 'content-disposition'],
  ['contentEncoding', 'content-encoding'],
  ['contentLanguage', 'content-language'],
]

const expiryHeader = 'expires'

/** What a presigned request fixes, as the query of its URL. All of it is signed. */
export function queryOf(request: PresignRequest, expires: number): Query {
  const { attributes, size, response } = request
  return [
    ['until', String(expires)],
    ...attributesQuery('', attributes ?? {}),
    ...(attributes?.acl === undefined ? [] : [['acl', attributes.acl] as const]),
    ...Object.entries(attributes?.metadata ?? {}).map(
      ([name, value]) => [`meta-${name}`, value] as const,
    ),
    ...(size === undefined ? [] : [['size', String(size)] as const]),
    ...attributesQuery('response-', response ?? {}),
  ]
}

function attributesQuery(prefix: string, attributes: Attributes): Query {
  const texts = attributeHeaders.flatMap(([attribute, header]) => {
    const value = attributes[attribute]
    return value === undefined ? [] : [[prefix + header, value] as const]
  })
  const { expires } = attributes
  return expires === undefined ? texts : [...texts, [prefix + expiryHeader, expires.toISOString()]]
}

/** What a signed URL fixes for an upload. */
export interface UploadTerms {
  readonly attributes: Omit<PutAttributes, 'acl'>
  readonly acl: LocalAcl
  readonly size: number | undefined
}

export function uploadTerms(query: URLSearchParams): UploadTerms {
  const metadata = [...query].flatMap(([name, value]) =>
    name.startsWith('meta-') ? [[name.slice('meta-'.length), value] as const] : [],
  )
  const size = query.get('size')
  return {
    attributes: {
      ...attributesIn('', query),
      ...(metadata.length > 0 && { metadata: Object.fromEntries(metadata) }),
    },
    acl: toAcl(query.get('acl')),
    size: size === null ? undefined : Number(size),
  }
}

/** The headers that the answer to a signed GET has instead of the stored ones. */
export function responseTerms(query: URLSearchParams): Attributes {
  return attributesIn('response-', query)
}

function attributesIn(prefix: string, query: URLSearchParams): Attributes {
  const found: { -readonly [K in keyof Attributes]: Attributes[K] } = {}
  for (const [attribute, header] of attributeHeaders) {
    const value = query.get(prefix + header)
    if (value !== null) found[attribute] = value
  }
  const expires = query.get(prefix + expiryHeader)
  if (expires !== null) found.expires = new Date(expires)
  return found
}

import { readXml } from '../read-xml.ts'
import { numberOf } from '../values.ts'
import { writeXml } from '../write-xml.ts'

/** One rule of who may use a container from a web page of another origin. */
export interface CorsRule {
  readonly id?: string | undefined
  /** Such as `https://example.com`, with at most one `*`. */
  readonly allowedOrigins: readonly string[]
  readonly allowedMethods: readonly ('GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD')[]
  readonly allowedHeaders?: readonly string[] | undefined
  /** Headers of answers that a page may read. */
  readonly exposeHeaders?: readonly string[] | undefined
  /** How long a browser may remember the answer to a preflight request, in seconds. */
  readonly maxAgeSeconds?: number | undefined
}

/** The body of PutBucketCors. */
export function writeCors(rules: readonly CorsRule[]): string {
  return writeXml('CORSConfiguration', {
    CORSRule: rules.map((rule) => ({
      ID: rule.id,
      AllowedOrigin: rule.allowedOrigins,
      AllowedMethod: rule.allowedMethods,
      AllowedHeader: rule.allowedHeaders,
      ExposeHeader: rule.exposeHeaders,
      MaxAgeSeconds: rule.maxAgeSeconds,
    })),
  })
}

/** The answer to GetBucketCors. @throws StorageError `MalformedResponse` */
export async function readCors(text: string): Promise<CorsRule[]> {
  const { element } = await readXml(text, 'CORSConfiguration')
  return element.children('CORSRule').map((rule) => {
    const texts = (name: string): string[] => rule.children(name).map((child) => child.text)
    const id = rule.textOf('ID')
    const headers = texts('AllowedHeader')
    const exposed = texts('ExposeHeader')
    const maxAge = rule.textOf('MaxAgeSeconds')
    return {
      ...(id && { id }),
      allowedOrigins: texts('AllowedOrigin'),
      // As the server says, even if it is a method that the type does not know yet.
      allowedMethods: texts('AllowedMethod') as CorsRule['allowedMethods'][number][],
      ...(headers.length > 0 && { allowedHeaders: headers }),
      ...(exposed.length > 0 && { exposeHeaders: exposed }),
      ...(maxAge && { maxAgeSeconds: numberOf('MaxAgeSeconds', maxAge) }),
    }
  })
}

import { malformed } from '../malformed.ts'
import { readXml } from '../read-xml.ts'
import { dateIfKnown } from '../values.ts'
import { writeXml } from '../write-xml.ts'

interface ListedBucket {
  readonly name: string
  readonly createdAt?: Date
}

export interface ListedBuckets {
  readonly buckets: readonly ListedBucket[]
  /** Where the next page begins; absent on the last one. */
  readonly nextToken?: string
}

/** The answer to ListBuckets. @throws StorageError `MalformedResponse` */
export async function readBuckets(text: string): Promise<ListedBuckets> {
  const { element } = await readXml(text, 'ListAllMyBucketsResult')
  const buckets = (element.child('Buckets')?.children('Bucket') ?? []).map((bucket) => {
    const name = bucket.textOf('Name')
    const createdAt = dateIfKnown(bucket.textOf('CreationDate'))
    if (name === undefined || name === '') throw malformed('lists a bucket without Name')
    return { name, ...(createdAt !== undefined && { createdAt }) }
  })
  const nextToken = element.textOf('ContinuationToken')
  return { buckets, ...(nextToken && { nextToken }) }
}

/** The body of CreateBucket, where a server wants to be told the region. */
export function writeCreateBucket(region: string): string {
  return writeXml('CreateBucketConfiguration', { LocationConstraint: region })
}

/** The answer to GetBucketLocation; `''` is the first region of Amazon. @throws StorageError `MalformedResponse` */
export async function readLocation(text: string): Promise<string> {
  const { element } = await readXml(text, 'LocationConstraint')
  // Some servers wrap the element in another one of its name.
  return (element.textOf('LocationConstraint') ?? element.text).trim()
}

import { StorageError } from '@cloudstore/core'
import { readXml, type XmlElement } from '../read-xml.ts'
import { dateOf, numberOf } from '../values.ts'
import { writeXml, type XmlContent } from '../write-xml.ts'

/** One rule of what a server does to old objects by itself. */
export interface LifecycleRule {
  readonly id?: string | undefined
  /** Objects whose keys begin so. Default: all. */
  readonly prefix?: string | undefined
  /** Default: true. */
  readonly enabled?: boolean | undefined
  /** Delete objects this many days after they were written, or at a date (midnight UTC). */
  readonly expiration?: { readonly days: number } | { readonly date: Date } | undefined
  /** Delete versions this many days after they were replaced. */
  readonly noncurrentExpirationDays?: number | undefined
  /** Drop the parts of uploads that were not completed this many days after they were begun. */
  readonly abortIncompleteUploadDays?: number | undefined
}

/** The body of PutBucketLifecycleConfiguration. */
export function writeLifecycle(rules: readonly LifecycleRule[]): string {
  return writeXml('LifecycleConfiguration', { Rule: rules.map((rule) => ruleContent(rule)) })
}

function ruleContent(rule: LifecycleRule): XmlContent {
  const { expiration } = rule
  return {
    ID: rule.id,
    Filter: { Prefix: rule.prefix ?? '' },
    Status: (rule.enabled ?? true) ? 'Enabled' : 'Disabled',
    Expiration:
      expiration === undefined
        ? undefined
        : 'days' in expiration
          ? { Days: expiration.days }
          : { Date: expiration.date.toISOString() },
    NoncurrentVersionExpiration: days('NoncurrentDays', rule.noncurrentExpirationDays),
    AbortIncompleteMultipartUpload: days('DaysAfterInitiation', rule.abortIncompleteUploadDays),
  }
}

function days(name: string, value: number | undefined): XmlContent | undefined {
  return value === undefined ? undefined : { [name]: value }
}

/** What of a rule `LifecycleRule` describes. */
const described: Readonly<Record<string, readonly string[]>> = {
  Rule: [
    'AbortIncompleteMultipartUpload',
    'Expiration',
    'Filter',
    'ID',
    'NoncurrentVersionExpiration',
    'Prefix',
    'Status',
  ],
  Filter: ['Prefix'],
  Expiration: ['Days', 'Date'],
  NoncurrentVersionExpiration: ['NoncurrentDays'],
}

/** Left out in silence, a filter by tags would make of a rule for some objects one for all. */
function requireDescribed(rule: XmlElement): void {
  for (const [name, known] of Object.entries(described)) {
    const element = name === 'Rule' ? rule : rule.child(name)
    const other = element?.names.find((inner) => !known.includes(inner))
    if (other === undefined) continue
    throw new StorageError(
      'UnsupportedOperation',
      `the container has a lifecycle rule with ${other} in its ${name}, which cannot be told here`,
      { hint: 'Read and change these rules with the tool that has made them' },
    )
  }
}

/**
 * The answer to GetBucketLifecycleConfiguration.
 *
 * @throws StorageError `MalformedResponse`; `UnsupportedOperation` for rules that `LifecycleRule` cannot describe
 */
export async function readLifecycle(text: string): Promise<LifecycleRule[]> {
  const { element } = await readXml(text, 'LifecycleConfiguration')
  return element.children('Rule').map((rule) => {
    requireDescribed(rule)
    const id = rule.textOf('ID')
    // In the older form of the document the prefix stands beside the filter.
    const prefix = rule.child('Filter')?.textOf('Prefix') ?? rule.textOf('Prefix')
    const expiration = expirationOf(rule.child('Expiration'))
    const noncurrent = rule.child('NoncurrentVersionExpiration')?.textOf('NoncurrentDays')
    const abort = rule.child('AbortIncompleteMultipartUpload')?.textOf('DaysAfterInitiation')
    return {
      ...(id && { id }),
      ...(prefix && { prefix }),
      enabled: rule.textOf('Status') === 'Enabled',
      ...(expiration && { expiration }),
      ...(noncurrent && { noncurrentExpirationDays: numberOf('NoncurrentDays', noncurrent) }),
      ...(abort && { abortIncompleteUploadDays: numberOf('DaysAfterInitiation', abort) }),
    }
  })
}

function expirationOf(element: XmlElement | undefined): LifecycleRule['expiration'] {
  const inDays = element?.textOf('Days')
  if (inDays) return { days: numberOf('Days', inDays) }
  const date = element?.textOf('Date')
  return date ? { date: dateOf('Date', date) } : undefined
}

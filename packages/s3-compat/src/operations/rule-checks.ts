import { nearestName, StorageError } from '@cloudstore/core'
import * as z from 'zod/mini'
import english from 'zod/v4/locales/en.js'
import type { CorsRule } from '../xml/documents/cors.ts'
import type { LifecycleRule } from '../xml/documents/lifecycle.ts'

const text = z.string()
const texts = z.array(z.string())
const someTexts = texts.check(z.minLength(1, 'expected one at least'))
const days = z.int().check(z.minimum(1, 'expected days, 1 or more'))

const corsMethods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD'] as const

const corsMethod = z.enum(corsMethods, `expected one of ${corsMethods.join(', ')}`)

const corsRule = z.strictObject({
  id: z.optional(text),
  allowedOrigins: someTexts,
  allowedMethods: z.array(corsMethod).check(z.minLength(1, 'expected one at least')),
  allowedHeaders: z.optional(texts),
  exposeHeaders: z.optional(texts),
  maxAgeSeconds: z.optional(z.int().check(z.minimum(0, 'expected seconds, 0 or more'))),
})

const lifecycleRule = z.strictObject({
  id: z.optional(text),
  prefix: z.optional(text),
  enabled: z.optional(z.boolean()),
  expiration: z.optional(
    z.union([z.strictObject({ days }), z.strictObject({ date: z.date() })], {
      error: 'expected { days } or { date }',
    }),
  ),
  noncurrentExpirationDays: z.optional(days),
  abortIncompleteUploadDays: z.optional(days),
})

const activeRule = lifecycleRule.check(
  z.refine(
    (rule) =>
      rule.expiration !== undefined ||
      rule.noncurrentExpirationDays !== undefined ||
      rule.abortIncompleteUploadDays !== undefined,
    'expected something to do: expiration, noncurrentExpirationDays or abortIncompleteUploadDays',
  ),
)

/** What one kind of rule is called, and what it may hold. */
interface RuleKind {
  readonly what: string
  readonly list: z.ZodMiniType
  readonly fields: readonly string[]
  /** The call that takes all of them away: servers refuse a list of none. */
  readonly remove: string
}

const cors: RuleKind = {
  what: 'CORS rule',
  list: z.array(corsRule),
  fields: Object.keys(corsRule.shape),
  remove: 'deleteCors',
}

const lifecycle: RuleKind = {
  what: 'lifecycle rule',
  list: z.array(activeRule),
  fields: Object.keys(lifecycleRule.shape),
  remove: 'deleteLifecycle',
}

/** Refuses what is no list of CORS rules. */
export function requireCorsRules(rules: readonly CorsRule[]): void {
  requireRules(cors, rules)
}

/** Refuses what is no list of lifecycle rules. A name that is misspelt would make a rule for some objects one for all. */
export function requireLifecycleRules(rules: readonly LifecycleRule[]): void {
  requireRules(lifecycle, rules)
}

function requireRules({ what, list, fields, remove }: RuleKind, rules: unknown): void {
  if (Array.isArray(rules) && rules.length === 0) {
    throw new StorageError('InvalidArgument', `the list of ${what}s is empty`, {
      hint: `${remove} takes all rules away`,
    })
  }
  const { issues = [] } = list.safeParse(rules, { error: english().localeError }).error ?? {}
  // A name that is not known explains the one that is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (issue === undefined) return
  const [index, ...path] = issue.path.map(String)
  const place = index === undefined ? `the list of ${what}s` : `${what} ${index}`
  const field = path.length === 0 ? '' : `, ${path.join('.')}`
  const [unknown] = issue.code === 'unrecognized_keys' ? issue.keys : []
  throw new StorageError('InvalidArgument', `${place}${field}: ${issue.message}`, {
    hint: unknown === undefined ? undefined : fieldHint(unknown, fields),
  })
}

function fieldHint(unknown: string, fields: readonly string[]): string {
  const near = nearestName(unknown, fields)
  const known = `Known: ${fields.join(', ')}`
  return near === undefined ? known : `Did you mean ${near}? ${known}`
}

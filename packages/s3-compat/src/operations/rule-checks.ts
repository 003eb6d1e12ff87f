import { StorageError } from '@cloudstore/core'
import * as z from 'zod/mini'
import english from 'zod/v4/locales/en.js'
import type { CorsRule } from '../xml/documents/cors.ts'
import type { LifecycleRule } from '../xml/documents/lifecycle.ts'

const text = z.string()
const texts = z.array(z.string())
const someTexts = texts.check(z.minLength(1, 'expected one at least'))
const days = z.int().check(z.minimum(1, 'expected days, 1 or more'))

const corsRules = z.array(
  z.strictObject({
    id: z.optional(text),
    allowedOrigins: someTexts,
    allowedMethods: someTexts,
    allowedHeaders: z.optional(texts),
    exposeHeaders: z.optional(texts),
    maxAgeSeconds: z.optional(z.int().check(z.minimum(0, 'expected seconds, 0 or more'))),
  }),
)

const lifecycleRules = z.array(
  z
    .strictObject({
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
    .check(
      z.refine(
        (rule) =>
          rule.expiration !== undefined ||
          rule.noncurrentExpirationDays !== undefined ||
          rule.abortIncompleteUploadDays !== undefined,
        'expected something to do: expiration, noncurrentExpirationDays or abortIncompleteUploadDays',
      ),
    ),
)

/** Refuses what is no list of CORS rules. */
export function requireCorsRules(rules: readonly CorsRule[]): void {
  requireRules('CORS rule', corsRules, rules)
}

/** Refuses what is no list of lifecycle rules. A name that is misspelt would make a rule for some objects one for all. */
export function requireLifecycleRules(rules: readonly LifecycleRule[]): void {
  requireRules('lifecycle rule', lifecycleRules, rules)
}

function requireRules(what: string, schema: z.ZodMiniType, rules: unknown): void {
  const result = schema.safeParse(rules, { error: english().localeError })
  const [issue] = result.error?.issues ?? []
  if (issue === undefined) return
  const [index, ...path] = issue.path.map(String)
  const place = index === undefined ? `the list of ${what}s` : `${what} ${index}`
  const field = path.length === 0 ? '' : `, ${path.join('.')}`
  throw new StorageError('InvalidArgument', `${place}${field}: ${issue.message}`)
}

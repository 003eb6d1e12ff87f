/** What an upload form allows, besides what the signer adds. */
export interface PolicyRules {
  readonly bucket: string
  /** Fields of the form whose values are fixed, such as `content-type` and `acl`. */
  readonly fields: Readonly<Record<string, string>>
  /** Fields whose values must begin so, such as `{ key: 'uploads/' }`. */
  readonly prefixes?: Readonly<Record<string, string>> | undefined
  /** Least and largest size of the file, in bytes. */
  readonly size?: { readonly min: number; readonly max: number } | undefined
}

/** The text of a policy: a condition for every field that the form may hold. */
export function policyText(
  rules: PolicyRules,
  signerFields: Readonly<Record<string, string>>,
  expiresAt: Date,
): string {
  const exact = Object.entries({ bucket: rules.bucket, ...rules.fields, ...signerFields })
  const prefixes = Object.entries(rules.prefixes ?? {})
  return JSON.stringify({
    expiration: expiresAt.toISOString(),
    conditions: [
      ...exact.map(([name, value]) => ({ [name]: value })),
      ...prefixes.map(([name, value]) => ['starts-with', `$${name}`, value]),
      ...(rules.size === undefined
        ? []
        : [['content-length-range', rules.size.min, rules.size.max]]),
    ],
  })
}

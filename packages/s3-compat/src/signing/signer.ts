/** Names and values of a query, decoded, in the order they are sent. A value of `''` is sent as the bare name. */
export type Query = readonly (readonly [name: string, value: string])[]

/** What is signed of a request. */
export interface SignableRequest {
  /** In upper case. */
  readonly method: string
  /** The `Host` header: with the port, where it is not the scheme's own. */
  readonly host: string
  /** The path as it is sent: percent-encoded, beginning with `/`. */
  readonly path: string
  /** The container, where it stands in the host and not in the path. */
  readonly bucketInHost?: string | undefined
  readonly query: Query
  /** The headers to sign, names in lower case; `signedHeaders` chooses them. */
  readonly headers: Readonly<Record<string, string>>
  /** Where the request goes; default: the signer's region. */
  readonly region?: string | undefined
}

export interface SignableSend extends SignableRequest {
  /** Hex SHA-256 of the body, or `UNSIGNED-PAYLOAD`. Signature version 2 does not use it. */
  readonly payloadHash: string
}

/** A request that works without credentials until it expires. */
interface PresignedParts {
  /** The whole query, signature included. */
  readonly query: Query
  /** The headers that must be sent as they are here. */
  readonly headers: Readonly<Record<string, string>>
  /** When it stops working: as asked for, or with the credentials if these end earlier. */
  readonly expiresAt: Date
}

/** The signed fields of an upload form. */
interface SignedPolicy {
  readonly fields: Readonly<Record<string, string>>
  readonly expiresAt: Date
}

/** Gives the text of a policy: it must hold a condition for each of the signer's own `fields`, and the expiry. */
type ComposePolicy = (fields: Readonly<Record<string, string>>, expiresAt: Date) => string

/**
 * Signs requests, the same way for both signature versions. All times are given by the caller, in milliseconds since 1970, so that a corrected clock
 * reaches every signature; lifetimes are whole seconds.
 *
 * Every method rejects with `StorageError` `InvalidCredentials` when there are none that work at that time.
 */
export interface Signer {
  readonly version: '2' | '4'
  /** The headers to add to the request. */
  sign(request: SignableSend, now: number): Promise<Readonly<Record<string, string>>>
  /** @throws StorageError `InvalidArgument` for a lifetime that the version does not allow */
  presign(request: SignableRequest, now: number, expiresIn: number): Promise<PresignedParts>
  /**
   * @param region - where the form goes; default: the signer's region
   * @throws StorageError `InvalidArgument` as `presign`
   */
  signPolicy(
    compose: ComposePolicy,
    now: number,
    expiresIn: number,
    region?: string,
  ): Promise<SignedPolicy>
}

import type { Address } from './address.ts'

/** A request whose right to be answered has been settled. */
export interface GrantedRequest extends Address {
  readonly request: Request
  readonly query: URLSearchParams
  /**
   * False for whoever just knows the address: such a request sees objects with ACL `public-read`
   * alone.
   */
  readonly signed: boolean
}

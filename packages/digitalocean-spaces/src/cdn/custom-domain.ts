import { StorageError, type CdnSettings } from '@cloudstore/core'
import type { EndpointBody } from './cdn-api.ts'
import type { CdnEndpoint } from './cdn-endpoint.ts'

/**
 * A domain and its certificate in the API's words, always both: a change of the one that does not name the other can take the other away.
 *
 * @param wanted - what is to be set; what is absent stays as it is
 * @param endpoint - absent: one is to be made
 * @returns empty where neither is to be set
 */
export function domainBody(
  { customDomain, certificateId }: Pick<CdnSettings, 'customDomain' | 'certificateId'>,
  endpoint?: CdnEndpoint,
): Pick<EndpointBody, 'custom_domain' | 'certificate_id'> {
  if (customDomain === undefined && certificateId === undefined) return {}
  const domain = customDomain ?? endpoint?.customDomain
  const certificate = certificateId ?? endpoint?.certificateId
  if (domain === undefined) {
    throw new StorageError(
      'InvalidArgument',
      'option certificateId is of no use without a domain, and the CDN has none',
      { hint: 'Pass option customDomain as well' },
    )
  }
  if (certificate === undefined) {
    throw new StorageError(
      'InvalidArgument',
      'option customDomain needs certificateId: the CDN serves no domain without a certificate',
      {
        hint: "Pass the id of a certificate of DigitalOcean for this domain, or 'needs-cloudflare-cert' where Cloudflare has the domain",
      },
    )
  }
  return { custom_domain: domain, certificate_id: certificate }
}

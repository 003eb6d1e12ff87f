import { rgwConformance } from '../support/rgw-conformance.ts'

await rgwConformance({ signatureVersion: '2', addressing: 'virtual', secure: false })

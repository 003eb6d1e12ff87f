import { rgwConformance } from '../support/rgw-conformance.ts'

await rgwConformance({ signatureVersion: '4', addressing: 'path', secure: false })

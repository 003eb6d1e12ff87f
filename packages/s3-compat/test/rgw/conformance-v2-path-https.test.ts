import { rgwConformance } from '../support/rgw-conformance.ts'

await rgwConformance({ signatureVersion: '2', addressing: 'path', secure: true })

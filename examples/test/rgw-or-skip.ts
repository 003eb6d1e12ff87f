import * as runner from '@jest/globals'
import { startRgw, type Rgw } from '../../packages/s3-compat/test/support/rgw.ts'

/** The Ceph RadosGW that tests run on; where there can be none, a test that says that it was left out. */
export async function rgwOrSkip(): Promise<Rgw | undefined> {
  const rgw = await startRgw()
  if (rgw === undefined) {
    runner.test.skip(
      'on s3_rgw: left out, no Ceph RadosGW can be had on this machine',
      () => undefined,
    )
  }
  return rgw
}

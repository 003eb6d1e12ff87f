// An object goes from one provider to another, as a stream.
import { getDriver, Provider } from '@cloudstore/core'
import '@cloudstore/memory'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function copyBetweenProviders({ container }: Setting): Promise<void> {
  await container.put('photo.svg', '<svg/>', { metadata: { place: 'london' } })

  // #region copy
  const Memory = getDriver(Provider.MEMORY)
  const archive = await new Memory().createContainer('archive')
  // Size, content type and metadata travel with the bytes; the ACL does not.
  const copied = await archive.put('2026/photo.svg', container.get('photo.svg'))
  // #endregion
  console.log(copied.size, copied.contentType, copied.metadata?.['place'])
}

await runDirectly(import.meta.url, copyBetweenProviders)

// Who may read an object without credentials.
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function access({ driver, container }: Setting): Promise<void> {
  // #region acl
  const logo = await container.put('logo.svg', '<svg/>', { acl: 'public-read' })
  console.log(await driver.getObjectAcl(logo)) // public-read

  // Every put decides anew: without `acl` the object is private again.
  await container.put('logo.svg', '<svg></svg>')
  console.log(await driver.getObjectAcl(logo)) // private

  await driver.setObjectAcl(logo, 'public-read')
  // #endregion
  console.log(await driver.getObjectAcl(logo))
}

await runDirectly(import.meta.url, access)

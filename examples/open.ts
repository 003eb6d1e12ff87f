// The ways to get a driver. None of them sends anything.
import { join } from 'node:path'
import { configFromEnv, getDriver, openDriver, Provider } from '@cloudstore/core'
import '@cloudstore/local'
import { runDirectly } from './support/run-directly.ts'
import type { Setting } from './support/setting.ts'

export async function open({ folder }: Setting): Promise<void> {
  const root = join(folder, 'storage')

  // #region class
  // The class of a provider whose package is imported above. Its options are typed.
  const Local = getDriver(Provider.LOCAL)
  const first = new Local({ root })
  // #endregion

  // #region config
  // The provider is data: nothing is imported before it is asked for.
  const second = await openDriver(
    { provider: 'local', root },
    {
      import: {
        local: () => import('@cloudstore/local'),
        memory: () => import('@cloudstore/memory'),
      },
    },
  )
  // #endregion

  // #region environment
  // Without an argument, configFromEnv reads process.env.
  const env = { CLOUDSTORE_PROVIDER: 'local', CLOUDSTORE_ROOT: root }
  const third = await openDriver(configFromEnv(env), {
    import: {
      local: () => import('@cloudstore/local'),
      memory: () => import('@cloudstore/memory'),
    },
  })
  // #endregion

  for (const driver of [first, second, third]) console.log(driver.provider, driver.name)
}

await runDirectly(import.meta.url, open)

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import * as runner from '@jest/globals'

/** The Ceph RadosGW that the tests run on. */
export interface Rgw {
  readonly http: string
  readonly https: string
  readonly ca: string
  readonly region: string
  /** The domain whose sub-domains are containers, for http and https. */
  readonly domain: string
  readonly key: string
  readonly secret: string
  readonly other: { readonly key: string; readonly secret: string }
}

const run = promisify(execFile)
const launcher = fileURLToPath(new URL('../rgw/rgw.mjs', import.meta.url))

/**
 * The server, started if it is not up yet. Where there can be none: `undefined`, and a test in the place of those that need it, which says
 * that they were left out.
 *
 * @param what - what needs it
 * @param settings - of the launcher, in variables: for another server than the one that the tests share
 */
export async function rgwOrSkip(
  what: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Rgw | undefined> {
  const rgw = await startRgw({ ...process.env, ...settings })
  if (rgw === undefined) {
    runner.test.skip(
      `${what}: left out, no Ceph RadosGW can be had on this machine`,
      () => undefined,
    )
  }
  return rgw
}

/** In CI it must be there: tests that leave themselves out prove nothing. */
async function startRgw(env: NodeJS.ProcessEnv): Promise<Rgw | undefined> {
  try {
    await run(process.execPath, [launcher, 'start'], { env })
  } catch (error) {
    if (process.env['CI'] === 'true') throw error
    return undefined
  }
  const { stdout } = await run(process.execPath, [launcher, 'env'], { env })
  const values = new Map(
    [...stdout.matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  )
  const need = (name: string): string => {
    const value = values.get(name)
    if (value === undefined) throw new Error(`the launcher does not tell ${name}`)
    return value
  }
  return {
    http: need('RGW_ENDPOINT'),
    https: need('RGW_ENDPOINT_TLS'),
    ca: readFileSync(need('RGW_CA'), 'utf8'),
    region: need('RGW_REGION'),
    domain: 'do.localhost',
    key: need('RGW_MAIN_ACCESS_KEY'),
    secret: need('RGW_MAIN_SECRET_KEY'),
    other: { key: need('RGW_ALT_ACCESS_KEY'), secret: need('RGW_ALT_SECRET_KEY') },
  }
}

/** Stops a server that was started with settings of its own. */
export async function stopRgw(settings: Readonly<Record<string, string>>): Promise<void> {
  await run(process.execPath, [launcher, 'stop'], { env: { ...process.env, ...settings } })
}

/** Every name is this machine: those of virtual hosts resolve nowhere else. */
export function lookup(
  _host: string,
  options: { readonly all?: boolean | undefined },
  callback: (
    error: null,
    address: string | { address: string; family: number }[],
    family?: number,
  ) => void,
): void {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}

import type { Environment } from '../environment/environment.ts'
import type { ModulePlace } from './module-place.ts'

/** None: what is there was bundled, or is imported from an address. */
export function modulePlaces(): readonly ModulePlace[] {
  return []
}

/** What the bundler or the host calls the environment of the process; empty where there is no such thing. */
export function processEnv(): Environment {
  const host: { process?: { env?: Environment } } = globalThis
  return host.process?.env ?? {}
}

import type { Call, CdnGroup, ContainerRequest, ObjectRequest } from '../contract/backend.ts'
import { StorageError } from '../errors/errors.ts'
import { check, checkOptions, type OptionChecks } from '../checks/option-checks.ts'
import type { EnableCdnOptions } from '../surface/options.ts'
import { capability, type Scope } from '../driver/scope.ts'

const enableChecks: OptionChecks<EnableCdnOptions> = {
  signal: check.signal,
  ttl: check.seconds,
  customDomain: check.text,
  certificateId: check.text,
}

function group(scope: Scope): CdnGroup {
  return capability(scope, 'cdn', 'CDN')
}

export async function enableContainerCdn(
  scope: Scope,
  target: ContainerRequest,
  options: EnableCdnOptions,
  call: Call,
): Promise<boolean> {
  checkOptions(options, enableChecks)
  const { signal: _signal, ...settings } = options
  await group(scope).enableContainer({ ...target, ...settings }, call)
  return true
}

export async function disableContainerCdn(
  scope: Scope,
  target: ContainerRequest,
  call: Call,
): Promise<boolean> {
  await group(scope).disableContainer(target, call)
  return true
}

export async function enableObjectCdn(
  scope: Scope,
  target: ObjectRequest,
  call: Call,
): Promise<boolean> {
  await group(scope).enableObject(target, call)
  return true
}

export async function purgeContainerCdn(
  scope: Scope,
  target: ContainerRequest,
  paths: readonly string[],
  call: Call,
): Promise<boolean> {
  const cdn = group(scope)
  if (
    !Array.isArray(paths) ||
    paths.length === 0 ||
    paths.some((path) => typeof path !== 'string')
  ) {
    throw new StorageError(
      'InvalidArgument',
      'the paths to purge must be a list of strings, at least one',
      {
        hint: "['*'] purges everything",
      },
    )
  }
  await cdn.purgeContainer({ ...target, paths }, call)
  return true
}

export function containerCdnUrl(
  scope: Scope,
  target: ContainerRequest,
  call: Call,
): Promise<string> {
  return group(scope).containerUrl(target, call)
}

export function objectCdnUrl(scope: Scope, target: ObjectRequest, call: Call): Promise<string> {
  return group(scope).objectUrl(target, call)
}

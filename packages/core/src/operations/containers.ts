import type { ContainerInfo } from '../contract/backend.ts'
import { checkContainerName } from '../checks/container-name.ts'
import { isStorageError, withContext } from '../errors/errors.ts'
import { checkAcl } from '../checks/object-attributes.ts'
import { check, checkOptions, oneOf, type OptionChecks } from '../checks/option-checks.ts'
import type { CallOptions, CreateContainerOptions } from '../surface/options.ts'
import { run, type Scope } from '../driver/scope.ts'

const createChecks: OptionChecks<CreateContainerOptions> = {
  signal: check.signal,
  acl: check.text,
  ifExists: oneOf('fail', 'return'),
}

/** Asks whether a container is there. */
export function headContainer(
  scope: Scope,
  container: string,
  options: CallOptions = {},
): Promise<ContainerInfo> {
  return run(scope, 'getContainer', { container }, options, async (call) => {
    checkOptions(options, { signal: check.signal })
    checkContainerName(container, scope.backend.features.containerNames)
    try {
      return await scope.backend.headContainer({ container }, call)
    } catch (error) {
      if (!isStorageError(error, 'AccessDenied') || error.hint !== undefined) throw error
      throw withContext(error, {
        hint: 'These credentials may not ask for the container, but perhaps use it: container(name) sends nothing',
      })
    }
  })
}

/** False only when the provider says that there is no such container. */
export function containerExists(
  scope: Scope,
  container: string,
  options: CallOptions = {},
): Promise<boolean> {
  return run(scope, 'containerExists', { container }, options, async (call) => {
    checkOptions(options, { signal: check.signal })
    checkContainerName(container, scope.backend.features.containerNames)
    try {
      await scope.backend.headContainer({ container }, call)
      return true
    } catch (error) {
      if (isStorageError(error, 'ContainerDoesNotExist')) return false
      throw error
    }
  })
}

export function createContainer(
  scope: Scope,
  container: string,
  options: CreateContainerOptions = {},
): Promise<ContainerInfo> {
  const { backend } = scope
  return run(scope, 'createContainer', { container }, options, async (call) => {
    const extensions = checkOptions(
      options,
      createChecks,
      backend.features.extensions?.createContainer,
    )
    checkContainerName(container, backend.features.containerNames, 'create')
    const { acl, ifExists = 'fail' } = options
    try {
      return await backend.createContainer(
        {
          container,
          ...(acl !== undefined && { acl: checkAcl(acl, backend.features.acls.containers) }),
          ...(extensions !== undefined && { extensions }),
        },
        call,
      )
    } catch (error) {
      if (ifExists === 'fail' || !isStorageError(error, 'ContainerAlreadyExists')) throw error
      // Somebody else's container of that name answers this with AccessDenied: only one's own is returned.
      return await backend.headContainer({ container }, call)
    }
  })
}

export function deleteContainer(
  scope: Scope,
  container: string,
  options: CallOptions = {},
): Promise<boolean> {
  return run(scope, 'deleteContainer', { container }, options, async (call) => {
    checkOptions(options, { signal: check.signal })
    await scope.backend.deleteContainer({ container }, call)
    return true
  })
}

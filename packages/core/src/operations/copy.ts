import type {
  Call,
  CopyObjectRequest,
  ExtensionHolder,
  ObjectInfo,
  ObjectRequest,
} from '../contract/backend.ts'
import type { Features } from '../contract/features.ts'
import { isStorageError, StorageError, withContext } from '../errors/errors.ts'
import { bareEtag, writeConditions } from '../checks/condition-options.ts'
import {
  attributeChecks,
  checkAcl,
  normalizeMetadata,
  pickAttributes,
} from '../checks/object-attributes.ts'
import { check, checkOptions, oneOf, type OptionChecks } from '../checks/option-checks.ts'
import type { CopyOptions } from '../surface/options.ts'
import { capability, type Scope } from '../driver/scope.ts'

const copyChecks: OptionChecks<CopyOptions> = {
  signal: check.signal,
  ifMatch: check.etag,
  ifNoneMatch: oneOf('*'),
  sourceIfMatch: check.etag,
  replace: check.record,
  acl: check.text,
}

const replaceChecks: OptionChecks<NonNullable<CopyOptions['replace']>> = {
  ...attributeChecks,
  metadata: check.record,
}

/** Copies on the provider's side. */
export function copyObject(
  scope: Scope,
  source: ObjectRequest,
  target: ObjectRequest,
  options: CopyOptions,
  call: Call,
): Promise<ObjectInfo> {
  const request = planCopy(scope, source, target, options)
  const copy = capability(scope, 'copyObject', 'copies on its own side')
  return copy.call(scope.backend, request, call).catch((error: unknown) => {
    if (isStorageError(error) && error.cleanupError !== undefined) {
      scope.counters.strandedUploads += 1
    }
    // What a copy can miss is its source.
    throw isStorageError(error, 'ObjectDoesNotExist') ? about(source, error) : error
  })
}

/** A failure of the source: the error shall name that, not the target that the call is about. */
function about({ container, key }: ObjectRequest, error: unknown, hint?: string): unknown {
  return isStorageError(error) ? withContext(error, { container, key, hint }) : error
}

function planCopy(
  scope: Scope,
  source: ObjectRequest,
  target: ObjectRequest,
  options: CopyOptions,
): CopyObjectRequest {
  const { features } = scope.backend
  const { copy = [], copySource = {}, absent } = features.extensions ?? {}
  const given = checkOptions(
    options,
    copyChecks,
    [...copy, ...Object.keys(copySource)],
    absent?.copy,
  )
  const { sourceIfMatch, replace, acl } = options
  if (sourceIfMatch !== undefined && !features.conditions.copy.includes('sourceIfMatch')) {
    throw new StorageError(
      'UnsupportedOperation',
      'option sourceIfMatch is not known to be enforced by this provider on copies',
    )
  }
  if (replace !== undefined) checkOptions(replace, replaceChecks)
  const own = chosen(
    given,
    copy.map((name) => [name, name]),
  )
  const changes = replace !== undefined || acl !== undefined || own.extensions !== undefined
  if (isSame(source, target) && !changes) {
    throw new StorageError('InvalidArgument', 'copying an object onto itself changes nothing', {
      hint: 'Pass option replace to change its attributes or metadata',
    })
  }
  return {
    ...target,
    source: {
      ...source,
      ...(sourceIfMatch !== undefined && { ifMatch: bareEtag(sourceIfMatch) }),
      ...chosen(given, Object.entries(copySource)),
    },
    ...writeConditions(
      options,
      features.conditions.copy.filter((condition) => condition !== 'sourceIfMatch'),
    ),
    ...(replace !== undefined && {
      replace: {
        ...pickAttributes(replace, features),
        ...(replace.metadata !== undefined && {
          metadata: normalizeMetadata(replace.metadata, features),
        }),
      },
    }),
    ...(acl !== undefined && { acl: checkAcl(acl, features.acls.objects) }),
    ...own,
  }
}

/** Those of the given options that one side of a copy takes, by their names there. */
function chosen(
  given: Readonly<Record<string, unknown>> | undefined,
  names: readonly (readonly [option: string, name: string])[],
): ExtensionHolder {
  const found = names.flatMap(([option, name]) =>
    given?.[option] === undefined ? [] : [[name, given[option]] as const],
  )
  return found.length === 0 ? {} : { extensions: Object.fromEntries(found) }
}

/** What reading the copy takes, of what making it took. */
function readerOf(
  { extensions }: ExtensionHolder,
  { extensions: known }: Features,
): ExtensionHolder {
  return chosen(
    extensions,
    (known?.read ?? []).map((name) => [name, name]),
  )
}

/** Copies, compares the copy with the source, and deletes the source only then. */
export async function moveObject(
  scope: Scope,
  source: ObjectRequest,
  target: ObjectRequest,
  options: CopyOptions,
  call: Call,
): Promise<ObjectInfo> {
  const { backend } = scope
  const { conditions } = backend.features
  capability(scope, 'copyObject', 'copies on its own side')
  if (isSame(source, target))
    throw new StorageError('InvalidArgument', 'the object is where it shall be moved to')
  const request = planCopy(scope, source, target, options)
  const { ifMatch: _condition, ...reading } = request.source
  const before = await backend.headObject(reading, call).catch((error: unknown) => {
    throw about(source, error)
  })
  const canPin = conditions.copy.includes('sourceIfMatch')
  const sourceIfMatch = options.sourceIfMatch ?? (canPin ? before.etag : undefined)
  const pinned = sourceIfMatch === undefined ? options : { ...options, sourceIfMatch }
  await copyObject(scope, source, target, pinned, call)
  const after = await backend.headObject(
    { ...target, ...readerOf(request, backend.features) },
    call,
  )
  const same =
    after.size === before.size &&
    (after.md5 === undefined || before.md5 === undefined || after.md5 === before.md5)
  if (!same) {
    throw new StorageError(
      'ObjectHashMismatch',
      'the copy is not like its source, which was left in place',
      {
        hint: `Look at ${JSON.stringify(target.key)} in ${JSON.stringify(target.container)}: something else may have written to either of them`,
      },
    )
  }
  const ifMatch = conditions.delete.includes('ifMatch') ? before.etag : undefined
  const gone = { ...source, ...(ifMatch !== undefined && { ifMatch }) }
  await backend.deleteObject(gone, call).catch((error: unknown) => {
    throw about(source, error, 'The copy was made; only the source is still there')
  })
  return after
}

function isSame(a: ObjectRequest, b: ObjectRequest): boolean {
  return a.container === b.container && a.key === b.key
}

import type { Container } from '@cloudstore/core'
import { check, equal, rejects } from '../assert.ts'
import { group, notApplicable, type ConformanceCase, type ConformanceContext } from '../case.ts'
import { builtin } from '../platform.ts'
import { collect } from '../samples.ts'

/** Every kind of thing that the API gives. */
async function everything(context: ConformanceContext): Promise<Record<string, unknown>> {
  const { driver } = context
  const container: Container = await context.container()
  const stored = await container.put('object', 'contents')
  const stream = container.get('object')
  const info = await stream.info()
  const error = await rejects(() => container.head('missing'), 'ObjectDoesNotExist', 'head')
  const [listed] = await collect(container.list())
  const things = {
    driver,
    backend: driver.backend,
    features: driver.features,
    stats: driver.stats(),
    container,
    'listed container': (await driver.listContainers())[0],
    handle: driver.object(container, 'object'),
    'object by put': stored,
    'object by head': await container.head('object'),
    'object by list': listed,
    'object by info': info,
    page: await container.listPage(),
    stream,
    error,
  }
  await stream.cancel()
  return things
}

function hidden(show: (thing: object) => string | undefined) {
  return async (context: ConformanceContext) => {
    if (context.secrets.length === 0) notApplicable('open() gives no secrets to look for')
    for (const [name, thing] of Object.entries(await everything(context))) {
      if (typeof thing !== 'object' || thing === null) continue
      const text = show(thing) ?? ''
      for (const secret of context.secrets) {
        check(!text.includes(secret), `${name} shows a secret`)
        check(!text.includes(encodeURIComponent(secret)), `${name} shows an encoded secret`)
      }
    }
  }
}

/** All properties, own and inherited, however deep; getters are called as a logger would. */
function deep(thing: unknown, seen: Set<unknown> = new Set<unknown>(), depth = 0): string {
  if (typeof thing === 'string') return thing
  if (typeof thing !== 'object' || thing === null || seen.has(thing) || depth > 6) return ''
  seen.add(thing)
  const texts: string[] = []
  for (const key of Reflect.ownKeys(thing)) {
    let value: unknown
    try {
      value = Reflect.get(thing, key)
    } catch {
      continue
    }
    texts.push(String(key), deep(value, seen, depth + 1))
  }
  return texts.join('\n')
}

export const secrets: readonly ConformanceCase[] = group('secrets', {
  'JSON of public objects shows no secret': hidden((thing) => JSON.stringify(thing)),

  'JSON of a spread copy of public objects shows no secret': hidden((thing) =>
    JSON.stringify({ ...thing }),
  ),

  'own properties of public objects reach no secret': hidden((thing) => deep(thing)),

  'structured clones of public objects show no secret': hidden((thing) => {
    try {
      return deep(structuredClone(thing))
    } catch {
      // What cannot be cloned shows nothing.
      return undefined
    }
  }),

  'inspecting public objects shows no secret': async (context) => {
    const inspect = builtin('node:util')?.inspect
    if (!inspect) notApplicable('this runtime has no util.inspect')
    return hidden((thing) =>
      inspect(thing, { depth: 12, showHidden: true, getters: true, maxStringLength: null }),
    )(context)
  },

  'messages and stacks of errors show no secret': async (context) => {
    if (context.secrets.length === 0) notApplicable('open() gives no secrets to look for')
    const { driver } = context
    const container = await context.container()
    const missing = driver.container(context.containerName())
    const errors = [
      await rejects(() => container.head('missing'), 'ObjectDoesNotExist', 'head'),
      await rejects(() => missing.put('object', 'x'), 'ContainerDoesNotExist', 'put'),
      await rejects(
        () => driver.createContainer(container.name),
        'ContainerAlreadyExists',
        'create',
      ),
      await rejects(() => container.put('', 'x'), 'InvalidObjectName', 'put'),
    ]
    for (const error of errors) {
      const text = `${error.message}\n${error.stack}\n${JSON.stringify(error)}\n${deep(error)}`
      for (const secret of context.secrets) {
        check(!text.includes(secret), `the error of ${String(error.operation)} shows a secret`)
      }
    }
  },

  'objects serialise to their facts and nothing else': async (context) => {
    const container = await context.container()
    await container.put('object', 'contents')
    const text = JSON.stringify(await container.head('object'))
    const data: unknown = JSON.parse(text)
    check(typeof data === 'object' && data !== null, 'it is no record')
    equal(Reflect.get(data, 'container'), container.name, 'container')
    equal(Reflect.get(data, 'size'), 8, 'size')
    check(text.length < 1000, `one object serialises to ${text.length} characters`)
    check(
      JSON.stringify(context.driver).length < 300,
      'the driver serialises to more than its name',
    )
  },
})

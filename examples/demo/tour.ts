import { join } from 'node:path'
import { getDriver, isStorageError, Provider, type Container } from '@cloudstore/core'
import '@cloudstore/memory'
import { type ChosenFile, sampleOf } from './choose-files.ts'
import { digest, digestFile, requireSame } from './digest.ts'
import { inParallel } from './in-parallel.ts'
import { count, progressLine, say, sizeOf } from './screen.ts'

export interface Tour {
  readonly container: Container
  /** What all keys begin with: empty, but in a container that was there before. */
  readonly prefix: string
  readonly files: readonly ChosenFile[]
  /** An empty folder for downloads. */
  readonly folder: string
  /** Ends the tour early. */
  readonly signal: AbortSignal
}

export async function upload({ container, prefix, files, signal }: Tour): Promise<void> {
  const total = files.reduce((sum, { size }) => sum + size, 0)
  const show = progressLine('Uploading', total)
  const started = performance.now()
  let done = 0
  let known = 0
  show(0)
  await inParallel(files, 4, signal, async (file, signal) => {
    let loaded = 0
    const object = await container.putFile(prefix + file.key, file.path, {
      signal,
      onProgress: (progress) => {
        done += progress.loaded - loaded
        loaded = progress.loaded
        show(done)
      },
    })
    requireSame(`size of ${file.key}`, object.size, file.size)
    if (object.hash === undefined) return
    requireSame(`MD5 of ${file.key}`, object.hash, await digestFile('md5', file.path))
    known += 1
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  say(
    '',
    `${count(files.length, 'object')} in ${seconds} s; ${known} of them with an MD5 that equals the file's`,
  )
}

export async function list({ container, prefix, files, signal }: Tour): Promise<void> {
  const page = await container.listPage({ prefix, delimiter: '/', signal })
  const folders = page.prefixes.map((name) => ({ name: name.slice(prefix.length), note: '' }))
  const objects = page.objects.map(({ key, size }) => ({
    name: key.slice(prefix.length),
    note: sizeOf(size),
  }))
  say('Listing', 'the top level:')
  const top = [...folders, ...objects]
  for (const { name, note } of top.slice(0, 12)) say('', `  ${name.padEnd(28)} ${note}`.trimEnd())
  if (top.length > 12 || page.cursor !== undefined) say('', '  and so on')

  const sizes = new Map(files.map((file) => [prefix + file.key, file.size]))
  let found = 0
  for await (const object of container.list({ prefix, signal })) {
    requireSame(`size of ${object.key} in the listing`, object.size, sizes.get(object.key))
    found += 1
  }
  requireSame('number of objects in the listing', found, files.length)
  say('', `in all ${count(found, 'object')}: every file, with its size`)
}

export async function download({ container, prefix, files, folder, signal }: Tour): Promise<void> {
  const { key, path, size } = sampleOf(files)
  const object = container.driver.object(container, prefix + key)
  const whole = join(folder, 'whole')
  await object.download(whole, { signal })
  requireSame(
    `SHA-256 of ${key}`,
    await digestFile('sha256', whole),
    await digestFile('sha256', path),
  )
  say('Downloading', `${key} (${sizeOf(size)}) to a file: its SHA-256 equals the original's`)
  if (size === 0) return say('Range', 'none: all files are empty')

  const range = { start: Math.floor(size / 3), end: Math.ceil((size * 2) / 3) }
  requireSame(
    `SHA-256 of a range of ${key}`,
    await digest('sha256', object.stream({ range, signal })),
    await digestFile('sha256', path, range),
  )
  say(
    'Range',
    `bytes ${range.start} to ${range.end - 1} of it: their SHA-256 equals the original's`,
  )
}

export async function copyToMemory({ container, prefix, files, signal }: Tour): Promise<void> {
  const { key, path } = sampleOf(files)
  const Memory = getDriver(Provider.MEMORY)
  await using memory = new Memory()
  const second = await memory.createContainer('second')
  const copy = await second.put(key, container.get(prefix + key, { signal }), { signal })
  requireSame(
    `SHA-256 of the copy of ${key}`,
    await digest('sha256', copy.stream()),
    await digestFile('sha256', path),
  )
  const { contentType } = await container.head(prefix + key, { signal })
  requireSame(`content type of the copy of ${key}`, copy.contentType, contentType)
  const type = contentType ?? 'no content type'
  say('Copying', `${key} as a stream to a second provider, ${memory.name}: same SHA-256, ${type}`)
}

export async function addresses({ container, prefix, files, signal }: Tour): Promise<void> {
  const { key, path } = sampleOf(files)
  const object = container.driver.object(container, prefix + key)
  await sayIfAny(
    'Address',
    async () => `${await object.url()} (private, so it opens with credentials only)`,
  )
  await sayIfAny('CDN', () => object.cdnUrl({ signal }))
  await sayIfAny('Link', async () => {
    const link = await container.presign(object.key, { expiresIn: 60, signal })
    const answer = await fetch(link.url, { headers: link.headers, signal })
    requireSame('status of the link', answer.status, 200)
    const body = new Uint8Array(await answer.arrayBuffer())
    requireSame(
      `SHA-256 of ${key}`,
      await digest('sha256', once(body)),
      await digestFile('sha256', path),
    )
    const seconds = Math.round((link.expiresAt.getTime() - Date.now()) / 1000)
    return `${new URL(link.url).origin}/… opened without credentials for ${seconds} s: same SHA-256`
  })
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function sayIfAny(about: string, find: () => Promise<string>): Promise<void> {
  try {
    say(about, await find())
  } catch (error) {
    if (!isStorageError(error, 'UnsupportedOperation')) throw error
    say(about, `${error.problem}${error.hint === undefined ? '' : `. ${error.hint}`}`)
  }
}

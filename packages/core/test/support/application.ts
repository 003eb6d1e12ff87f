import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
const packageRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

const bundler = `
  import { rolldown } from 'rolldown'
  const bundle = await rolldown({
    input: 'src/index.ts',
    platform: 'node',
    resolve: { conditionNames: ['@cloudstore/source', 'node', 'import'] },
  })
  for (const [format, ending] of [['esm', 'mjs'], ['cjs', 'cjs']]) {
    await bundle.write({
      format,
      dir: process.argv[1],
      entryFileNames: 'index.' + ending,
      chunkFileNames: '[name].' + ending,
    })
  }`

/** An application in a folder of its own, with this package installed as two copies: an ES module and CommonJS. */
export interface Application {
  readonly path: string
  write(file: string, text: string): Promise<void>
  /** Runs a script and gives what it printed, parsed as JSON. */
  run(script: string, cwd?: string): Promise<unknown>
  remove(): Promise<void>
}

export async function makeApplication(): Promise<Application> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'cloudstore-application-')))
  const write = async (file: string, text: string): Promise<void> => {
    await mkdir(dirname(join(path, file)), { recursive: true })
    await writeFile(join(path, file), text)
  }
  const core = join(path, 'node_modules/@cloudstore/core')
  // In a process of its own: the bundler's native code refuses objects of Jest's realm.
  await execute(process.execPath, ['--input-type=module', '--eval', bundler, core], {
    cwd: packageRoot,
  })
  await write(
    'node_modules/@cloudstore/core/package.json',
    JSON.stringify({
      name: '@cloudstore/core',
      version: '0.0.0',
      exports: { import: './index.mjs', require: './index.cjs' },
    }),
  )
  return {
    path,
    write,
    async run(script, cwd = path) {
      const { stdout } = await execute(process.execPath, [join(path, script)], { cwd })
      return JSON.parse(stdout) as unknown
    },
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

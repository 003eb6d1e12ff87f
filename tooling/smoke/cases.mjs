import { build as esbuild } from 'esbuild'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build as rolldown } from 'rolldown'
import { root } from '../workspace.mjs'

/** The pinned Node, and the one that the caller has: it may be as old as the oldest supported. */
const nodes = [...new Set([process.env.CALLERS_NODE ?? process.execPath, process.execPath])]

const compilers = [
  ['oldest TypeScript', join(root, 'tooling/smoke/node_modules/typescript-oldest')],
  ['newest TypeScript', join(root, 'node_modules/typescript')],
]

/** Every case as `{ name, run(command) }`, for a project where the packages are installed. */
export function cases(project) {
  return [...running(project), ...bundles(project), ...declarations(project)]
}

function running(project) {
  const scripts = [
    ['import', ['run/import.mjs']],
    ['require', ['run/require.cjs']],
    ['providers found by name', ['run/by-name.mjs']],
    ['import, require and a second copy in one process', ['run/one-process.cjs']],
    [
      'a plain CommonJS Jest project',
      [join(root, 'node_modules/jest/bin/jest.js'), '--ci', '--config', jest(project)],
    ],
  ]
  return scripts.flatMap(([name, args]) =>
    nodes.map((node) => ({
      name: `${name}, ${versionOf(node)}`,
      run: (command) => command(node, args),
    })),
  )
}

function jest(project) {
  return JSON.stringify({
    rootDir: join(project, 'jest'),
    testMatch: ['**/*.test.cjs'],
    moduleFileExtensions: ['cjs', 'js', 'mjs', 'json'],
    transform: {},
    testEnvironment: 'node',
  })
}

function bundles(project) {
  const common = {
    bundle: true,
    format: 'esm',
    minify: true,
    logLevel: 'silent',
    absWorkingDir: project,
  }
  const entry = (name) => join(project, 'bundle', `${name}.mjs`)
  // esbuild leaves `require` of Node's modules in ES modules that came from CommonJS.
  const banner = {
    js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
  }
  const withEsbuild = (platform, more) => (outdir) =>
    esbuild({
      ...common,
      ...more,
      entryPoints: [entry(platform)],
      outdir,
      platform,
      splitting: true,
      outExtension: { '.js': '.mjs' },
    })
  const withRolldown = (platform) => (dir) =>
    rolldown({
      input: entry(platform),
      cwd: project,
      platform,
      logLevel: 'silent',
      output: {
        dir,
        format: 'esm',
        minify: true,
        entryFileNames: '[name].mjs',
        chunkFileNames: '[name]-[hash].mjs',
      },
    })
  return [
    bundle('esbuild for Node', 'node', withEsbuild('node', { banner })),
    bundle('rolldown for Node', 'node', withRolldown('node')),
    bundle('esbuild for browsers', 'browser', withEsbuild('browser')),
    bundle('rolldown for browsers', 'browser', withRolldown('browser')),
  ]
}

/** Bundles into a folder without node_modules and runs what came out. */
function bundle(name, entry, build) {
  return {
    name: `bundled by ${name}`,
    run: async (command) => {
      const folder = mkdtempSync(join(tmpdir(), 'cloudstore-bundled-'))
      try {
        await build(folder)
        if (entry === 'browser') refuseNode(folder)
        await command(nodes[0], [join(folder, `${entry}.mjs`)])
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

function refuseNode(folder) {
  for (const file of readdirSync(folder)) {
    const found = readFileSync(join(folder, file), 'utf8').match(/["'`]node:\w+["'`]/)
    if (found) throw new Error(`${file} still names ${found[0]}`)
  }
}

function declarations(project) {
  return compilers.flatMap(([compiler, directory]) =>
    [
      ['nodenext', 'without the types of Node', []],
      ['nodenext', 'with the types of Node', ['node']],
      ['bundler', 'without the types of Node', []],
    ].map(([resolution, title, types]) => ({
      name: `${compiler}, ${resolution}, ${title}`,
      run: (command) => compile(command, project, { directory, resolution, types }),
    })),
  )
}

function compile(command, project, { directory, resolution, types }) {
  const nodenext = resolution === 'nodenext'
  const config = {
    include: nodenext ? ['*.ts', '*.cts'] : ['*.ts'],
    compilerOptions: {
      module: nodenext ? 'nodenext' : 'esnext',
      moduleResolution: resolution,
      target: 'es2022',
      lib: ['es2022'],
      types,
      typeRoots: [join(root, 'node_modules/@types')],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    },
  }
  const name = `types/tsconfig.${resolution}.${types.join('') || 'plain'}.json`
  mkdirSync(join(project, 'types'), { recursive: true })
  writeFileSync(join(project, name), JSON.stringify(config))
  return command(process.execPath, [join(directory, 'bin/tsc'), '-p', name])
}

function versionOf(node) {
  return node === process.execPath ? `Node ${process.versions.node}` : `the caller's Node`
}

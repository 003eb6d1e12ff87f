import { defineConfig } from 'tsdown'

/**
 * The build of every package: an ES module and a CommonJS copy with declarations for both.
 *
 * @param {string[]} entry the package's entry files
 */
export const library = (entry = ['src/index.ts']) =>
  defineConfig({
    entry,
    format: ['esm', 'cjs'],
    // 'neutral' turns nothing into a Node shim: core is also bundled for browsers and workers.
    platform: 'neutral',
    fixedExtension: true,
    target: 'node20.19',
    dts: true,
    sourcemap: true,
    // For `Symbol.asyncDispose` in programs whose `lib` ends before it and that lack @types/node.
    banner: { dts: '/// <reference lib="esnext.disposable" />' },
    clean: true,
    // Imports of the package itself (`#platform`) and of Node stay for the runtime to resolve.
    deps: { neverBundle: [/^#/, /^node:/] },
    // The sources are in the tarball, so the maps need no second copy of them, and the code no
    // second copy of the documentation, which is in the declarations. An `import()` left in the
    // CommonJS copy throws in a plain Jest project: make it a `require`.
    outputOptions: (options, format, { cjsDts }) => ({
      ...options,
      ...(cjsDts && { plugins: [declarationsWithoutRuntime] }),
      sourcemapExcludeSources: true,
      comments: { legal: true, annotation: true, jsdoc: false },
      ...(format === 'cjs' && { dynamicImportInCjs: false }),
    }),
  })

/** Takes the bundler's import of its own runtime out of CommonJS declarations: there is no such file. */
const declarationsWithoutRuntime = {
  name: 'declarations-without-runtime',
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      chunk.code = chunk.code?.replaceAll(/^import "[./]*rolldown-runtime-[^"]*";\n/gm, '')
    }
  },
}

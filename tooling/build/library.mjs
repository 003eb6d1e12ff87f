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
    // An `import()` left in the CommonJS copy throws in a plain Jest project: make it a `require`.
    // The sources are in the tarball, so the maps need no second copy of them.
    outputOptions: (options, format) => ({
      ...options,
      sourcemapExcludeSources: true,
      ...(format === 'cjs' && { dynamicImportInCjs: false }),
    }),
  })

import { library } from '../../tooling/build/library.mjs'

export default {
  ...library(['src/index.ts', 'src/driver.ts', 'src/platform/node.ts', 'src/platform/neutral.ts']),
  inputOptions: {
    // The bundled libraries' ES modules for browsers: their others import Node, which this package does in one place.
    resolve: {
      mainFields: ['module', 'main'],
      aliasFields: [['browser']],
      conditionNames: ['browser', 'module', 'import', 'default'],
    },
    // Four functions of the signing library are used; its modules do nothing when they are loaded.
    treeshake: { moduleSideEffects: (id: string) => !id.includes('node_modules') },
  },
}

// One Jest configuration for every package: native ES modules, TypeScript stripped by swc, and
// workspace packages resolved to their sources, so that tests need no build.
export const preset = {
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['@cloudstore/source', 'node', 'node-addons'],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
}

// One Jest configuration for every package: native ES modules, TypeScript stripped by swc, and
// workspace packages resolved to their sources, so that tests need no build.
export const preset = {
  testEnvironment: 'node',
  testEnvironmentOptions: {
    customExportConditions: ['@cloudstore/source', 'node', 'node-addons'],
  },
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // For a machine that is busy with something else; what must be quick is measured by its own test.
  testTimeout: 30_000,
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

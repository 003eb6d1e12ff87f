export default {
  projects: ['<rootDir>/packages/*', '<rootDir>/examples'],
  // For a machine that is busy with something else; what must be quick is measured by its own test.
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/tooling/jest/closing-line.mjs'],
}

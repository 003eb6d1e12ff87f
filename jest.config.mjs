export default {
  projects: ['<rootDir>/packages/*', '<rootDir>/examples'],
  reporters: ['default', '<rootDir>/tooling/jest/closing-line.mjs'],
}

export default {
  projects: ['<rootDir>/packages/*', '<rootDir>/examples'],
  reporters: ['default'],
}

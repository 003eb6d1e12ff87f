export default {
  projects: ['<rootDir>/packages/*'],
  reporters: ['default'],
}

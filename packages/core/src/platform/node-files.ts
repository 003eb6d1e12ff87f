export { openSource } from './node-source-file.ts'
export { openDestination } from './node-destination-file.ts'

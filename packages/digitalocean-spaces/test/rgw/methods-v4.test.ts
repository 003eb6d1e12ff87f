import { documentedMethods } from '../support/methods.ts'

await documentedMethods('4')

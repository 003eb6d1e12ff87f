import { spacesConformance } from '../support/rgw-spaces.ts'

await spacesConformance('2')

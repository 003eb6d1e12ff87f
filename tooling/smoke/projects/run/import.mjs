import * as core from '@cloudstore/core'
import '@cloudstore/local'
import '@cloudstore/memory'
import exercise from './exercise.cjs'

await exercise(core)

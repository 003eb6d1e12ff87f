// Bundled with everything inside and run where there is no node_modules.
import * as core from '@cloudstore/core'
import '@cloudstore/local'
import '@cloudstore/memory'
import exercise from '../run/exercise.cjs'

await exercise(core)

const core = require('@cloudstore/core')
require('@cloudstore/local')
require('@cloudstore/memory')
const exercise = require('./exercise.cjs')

void exercise(core)

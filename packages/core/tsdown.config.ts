import { library } from '../../tooling/build/library.mjs'

export default library([
  'src/index.ts',
  'src/undici.ts',
  'src/platform/node.ts',
  'src/platform/neutral.ts',
])

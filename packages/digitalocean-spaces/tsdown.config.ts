import { library } from '../../tooling/build/library.mjs'

export default library()

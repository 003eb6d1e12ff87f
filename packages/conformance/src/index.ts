export {
  type ConformanceCase,
  type ConformanceContext,
  type PlainFetch,
  type PlainRequest,
  type PlainResponse,
} from './case.ts'
export { conformanceCases } from './cases.ts'
export { conformance, type ConformanceOptions, type ConformanceResult } from './conformance.ts'
export { confusableKeys, hostileKeys, type HostileKey } from './hostile-keys.ts'
export type { OpenDriver, OpenedDriver } from './open.ts'
export type { Recording } from './recording.ts'
export type { RegisterTest, Runner } from './runner.ts'
export { openSession, type CaseOutcome, type ConformanceSession } from './session.ts'

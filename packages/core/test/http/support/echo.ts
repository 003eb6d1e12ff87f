import type { BodyReader } from '../../../src/contract/body.ts'
import { answerOf, type Answerer } from './raw-server.ts'
import { textOf } from './send.ts'

/** A request as it arrived. */
export interface Echoed {
  readonly method: string
  readonly path: string
  readonly headers: Record<string, string>
  readonly size: number
}

/** Answers with what arrived. */
export const echo: Answerer = async (request) => {
  const body = await request.body()
  const { method, path, headers } = request
  const arrived: Echoed = { method, path, headers, size: body.length }
  request.socket.write(answerOf(JSON.stringify(arrived)))
}

export async function echoed(answer: BodyReader): Promise<Echoed> {
  return JSON.parse(await textOf(answer)) as Echoed
}

import { StorageError, type BodyReader } from '@cloudstore/core'
import { UnexpectedShape } from './read-shape.ts'

// Two hundred endpoints have less than 100 kB.
const longestAnswer = 4 * 1024 ** 2
// Of a refusal, or of the page that a proxy puts in its place, the beginning is enough.
const longestRefusal = 64 * 1024

/** What an answer of success says; an empty one is `undefined` to its reader. */
export async function readAnswer<T>(
  body: BodyReader,
  context: { readonly status: number; readonly requestId: string | undefined },
  read: (json: unknown) => T,
): Promise<T> {
  const { text, whole } = await readText(body, longestAnswer)
  if (!whole) throw unusable(`it has more than ${longestAnswer} characters`)
  try {
    return read(text.trim() === '' ? undefined : JSON.parse(text))
  } catch (error) {
    if (error instanceof UnexpectedShape) throw unusable(error.message)
    throw error instanceof SyntaxError ? unusable('it is no JSON') : error
  }

  function unusable(what: string): StorageError {
    return new StorageError(
      'MalformedResponse',
      `DigitalOcean's API gives an answer that cannot be used: ${what}`,
      context,
    )
  }
}

/**
 * The beginning of an answer that is no success.
 *
 * @param secret - what is never cut in two: half of it would not be recognised any more
 */
export async function readRefusal(body: BodyReader, secret: string): Promise<string> {
  const { text, whole } = await readText(body, longestRefusal)
  return whole ? text : text.slice(0, -secret.length)
}

/** The text of an answer, whole or as much of it as is wanted. */
async function readText(
  body: BodyReader,
  longest: number,
): Promise<{ readonly text: string; readonly whole: boolean }> {
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const chunk = await body.read()
    if (chunk === undefined) return { text: text + decoder.decode(), whole: true }
    text += decoder.decode(chunk, { stream: true })
    if (text.length > longest) {
      await body.cancel()
      return { text: text.slice(0, longest), whole: false }
    }
  }
}

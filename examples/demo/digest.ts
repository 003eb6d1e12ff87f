import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** The hash of bytes as they come, in hex. */
export async function digest(
  algorithm: 'md5' | 'sha256',
  source: AsyncIterable<Uint8Array>,
): Promise<string> {
  const hash = createHash(algorithm)
  for await (const chunk of source) hash.update(chunk)
  return hash.digest('hex')
}

/** The hash of a file, or of a part of it: `start` inclusive, `end` exclusive. */
export function digestFile(
  algorithm: 'md5' | 'sha256',
  path: string,
  range?: { start: number; end: number },
): Promise<string> {
  // Node's `end` is inclusive.
  const part = range === undefined ? {} : { start: range.start, end: range.end - 1 }
  return digest(algorithm, createReadStream(path, part))
}

/** Stops the demo when what came back is not what was sent. */
export function requireSame(what: string, found: unknown, wanted: unknown): void {
  if (found !== wanted)
    throw new Error(`${what}: ${String(found)} came back, ${String(wanted)} was sent`)
}

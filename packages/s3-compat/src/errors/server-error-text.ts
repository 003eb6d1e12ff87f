/** An error in the server's words. What it did not say is absent. */
export interface ServerError {
  readonly code: string
  readonly message?: string
  readonly requestId?: string
  /** The region that the container is in. */
  readonly region?: string
  /** Bytes of the object that a range was not within. */
  readonly objectSize?: string
}

/**
 * Reads the error in an XML body, or `undefined` when there is none. Made for bodies that are cut off or strange: it looks for four elements in the
 * text instead of parsing, so that the worst body costs an excerpt and not the error.
 */
export function findServerError(text: string): ServerError | undefined {
  const start = /<Error[\s>]/.exec(text)
  if (start === null) return findJsonError(text)
  const rest = text.slice(start.index)
  const code = element(rest, 'Code')
  const message = element(rest, 'Message')
  const requestId = element(rest, 'RequestId')
  const region = element(rest, 'Region')
  const objectSize = element(rest, 'ActualObjectSize')
  if (code === undefined) return undefined
  return {
    code,
    ...(message !== undefined && { message }),
    ...(requestId !== undefined && { requestId }),
    ...(region !== undefined && { region }),
    ...(objectSize !== undefined && /^\d+$/.test(objectSize) && { objectSize }),
  }
}

const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  amp: '&',
}

function element(text: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1]?.trim()
  if (found === undefined || found === '') return undefined
  return found.replaceAll(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => entities[entity] ?? '')
}

/** Ceph answers in JSON what fails before it knows that S3 is spoken. */
function findJsonError(text: string): ServerError | undefined {
  const field = (name: string): string | undefined =>
    new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]+)"`).exec(text)?.[1]
  const code = field('Code')
  const message = field('Message')
  const requestId = field('RequestId')
  if (code === undefined || !text.trimStart().startsWith('{')) return undefined
  return {
    code,
    ...(message !== undefined && { message }),
    ...(requestId !== undefined && { requestId }),
  }
}

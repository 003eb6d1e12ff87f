/** Which web pages may use the URLs of a file handler by script. */
export interface CorsOptions {
  /** Origins such as `http://localhost:5173`, or `'*'` for all. */
  origins: readonly string[] | '*'
}

const exposed =
  'accept-ranges, content-disposition, content-encoding, content-length, content-range, etag, last-modified'

/** The answer with what lets a page of an allowed origin read it. */
export function crossOrigin(
  answer: Response,
  request: Request,
  { origins }: CorsOptions,
): Response {
  const origin = request.headers.get('origin')
  if (origins !== '*') answer.headers.append('vary', 'origin')
  if (origin !== null && (origins === '*' || origins.includes(origin))) {
    answer.headers.set('access-control-allow-origin', origins === '*' ? '*' : origin)
    answer.headers.set('access-control-expose-headers', exposed)
  }
  return answer
}

/**
 * The answer to a browser that asks whether it may send a request. Signatures decide about
 * requests; this only about pages.
 */
export function preflight(
  request: Request,
  { origins }: CorsOptions,
  methods: readonly string[],
): Response {
  const origin = request.headers.get('origin')
  const headers = new Headers({ 'cache-control': 'no-store' })
  if (origin !== null && (origins === '*' || origins.includes(origin))) {
    headers.set('access-control-allow-methods', methods.join(', '))
    const wanted = request.headers.get('access-control-request-headers')
    if (wanted !== null) headers.set('access-control-allow-headers', wanted)
    headers.set('access-control-max-age', '600')
  }
  return new Response(null, { status: 204, headers })
}

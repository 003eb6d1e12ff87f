/** What is wrong with a token of DigitalOcean, if anything is. */
export function tokenProblem(token: unknown): string | undefined {
  if (typeof token !== 'string') return 'expected a token of DigitalOcean'
  if (token === '') return 'is empty'
  // A blank or a line end came along when it was copied; in a header it would fail far away from here.
  return /^[\x21-\x7e]+$/.test(token)
    ? undefined
    : 'holds a blank or another character that no token has'
}

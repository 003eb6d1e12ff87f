import { malformed } from './malformed.ts'

const predefined: ReadonlyMap<string, string> = new Map([
  ['quot', '"'],
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['apos', "'"],
])

/**
 * Replaces the five predefined entities and references to characters. No others exist here, since a document cannot declare any.
 *
 * @throws StorageError `MalformedResponse` for anything else that follows a `&`
 */
export function decodeEntities(text: string): string {
  let ampersand = text.indexOf('&')
  if (ampersand === -1) return text
  if (ampersand === 0 && isQuoted(text)) return `"${text.slice(6, -6)}"`
  let decoded = ''
  let from = 0
  do {
    const end = text.indexOf(';', ampersand)
    const name = text.slice(ampersand + 1, end)
    const character = end === -1 ? undefined : (predefined.get(name) ?? characterOf(name))
    if (character === undefined) {
      throw malformed('holds an unknown entity', text.slice(ampersand, ampersand + 20))
    }
    decoded += text.slice(from, ampersand) + character
    from = end + 1
    ampersand = text.indexOf('&', from)
  } while (ampersand !== -1)
  return decoded + text.slice(from)
}

/** Every ETag of a listing is: a thousand in a page, with nothing else to decode. */
function isQuoted(text: string): boolean {
  return (
    text.startsWith('&quot;') &&
    text.indexOf('&', 1) === text.length - 6 &&
    text.length >= 12 &&
    text.endsWith('&quot;')
  )
}

function characterOf(name: string): string | undefined {
  const match = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name)
  if (match === null) return undefined
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16)
  const isSurrogate = code >= 0xd800 && code <= 0xdfff
  return code > 0x10ffff || isSurrogate ? undefined : String.fromCodePoint(code)
}

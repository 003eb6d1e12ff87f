/**
 * How text is written as file names. `exact` is for file systems that keep every name apart: only
 * what is special to some system is escaped. `portable` is for those that take names in different
 * case, or in different Unicode normal forms, for one, or keep them in another than was given:
 * there every name is lower case ASCII, and a capital has a `^` before it.
 */
export type NameStyle = 'exact' | 'portable'

/** Ends the name of a folder whose text goes on, without a slash, in the names below it. */
const continuedMark = '%+'
/** Ends the name of a file that stands beside a folder of the same name. */
const besideMark = '%='
/** The name of nothing, as between two slashes. */
const emptyName = '%_'

/** Room for the marks, and for one escape more, below the 255 bytes that file systems allow. */
const maxNameBytes = 240
/**
 * Pieces of long text are filled up, so a shorter name that ends in the mark is somebody else's.
 */
const minContinuedBytes = 200

// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
const deviceName = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)/i
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const escapedEverywhere = /[\u0000-\u001f\u007f%\\:*?"<>|]/
const escapedWherePortable = /[^\u0020-\u007e]|[\^~]/
const droppedAtTheEnd = /[. ]$/

/**
 * The names that one segment of a key has in the file system: one, or more for a long one, each a
 * folder in the one before.
 */
export function namesOfSegment(segment: string, style: NameStyle): readonly string[] {
  if (isPlain(segment, style)) return [segment]
  if (segment === '') return [emptyName]
  const units = Array.from(segment, (character) => escapeCharacter(character, style))
  const last = units.at(-1)
  // Windows drops dots and spaces at the end; this also covers `.` and `..`.
  if (last === '.' || last === ' ') units[units.length - 1] = percent(last)
  return piecesOf(units).map((piece, index, all) => {
    const name = deviceName.test(piece) ? percent(piece.slice(0, 1)) + piece.slice(1) : piece
    return index < all.length - 1 ? name + continuedMark : name
  })
}

/** The name that a file gets where a folder has its usual one. */
export function nameBesideFolder(name: string): string {
  return name + besideMark
}

/** What a name in the file system stands for. */
export interface NameMeaning {
  readonly segment: string
  /**
   * The name is not the one that the segment has here: another program made it, and it stands for
   * itself.
   */
  readonly literal: boolean
  /** The name of a file beside a folder of the same name. */
  readonly beside: boolean
}

export type EntryKind = 'file' | 'folder'

/**
 * Reads a name. Whatever is not written as `namesOfSegment` writes stands for itself.
 *
 * @param start - the text that the folders above began, for the names in a folder with
 * `continuedText`
 */
export function meaningOfName(
  name: string,
  style: NameStyle,
  kind: EntryKind,
  start?: ContinuedText,
): NameMeaning {
  if (start === undefined && isPlain(name, style)) {
    return { segment: name, literal: false, beside: false }
  }
  const beside = kind === 'file' && name.endsWith(besideMark)
  const own = beside ? name.slice(0, -besideMark.length) : name
  const text = unescape(own, style)
  if (text !== undefined) {
    const segment = (start?.text ?? '') + text
    const names = namesOfSegment(segment, style)
    const expected = [...(start?.names ?? []), own]
    if (
      names.length === expected.length &&
      names.every((each, index) => each === expected[index])
    ) {
      return { segment, literal: false, beside }
    }
  }
  return { segment: (start?.text ?? '') + name, literal: true, beside: false }
}

/** Whether a segment, unescaped, can be the name of a file or folder that another program made. */
export function standsForItself(segment: string, style: NameStyle, kind: EntryKind): boolean {
  return (
    segment !== '' &&
    segment !== '.' &&
    segment !== '..' &&
    !(process.platform === 'win32' ? escapedEverywhere : /\0/).test(segment) &&
    Buffer.byteLength(segment) <= 255 &&
    meaningOfName(segment, style, kind).literal
  )
}

/** The beginning of a long segment, spread over the names of folders. */
export interface ContinuedText {
  readonly text: string
  readonly names: readonly string[]
}

/** The text that a folder's name begins, or `undefined` when the folder is an ordinary one. */
export function continuedText(
  name: string,
  style: NameStyle,
  start?: ContinuedText,
): ContinuedText | undefined {
  if (!name.endsWith(continuedMark) || Buffer.byteLength(name) < minContinuedBytes) return undefined
  const text = unescape(name.slice(0, -continuedMark.length), style)
  if (text === undefined) return undefined
  return { text: (start?.text ?? '') + text, names: [...(start?.names ?? []), name] }
}

function isPlain(text: string, style: NameStyle): boolean {
  return (
    text !== '' &&
    !escapedEverywhere.test(text) &&
    !droppedAtTheEnd.test(text) &&
    !deviceName.test(text) &&
    (style === 'exact' || !(escapedWherePortable.test(text) || /[A-Z]/.test(text))) &&
    (text.length * 3 <= maxNameBytes || Buffer.byteLength(text) <= maxNameBytes)
  )
}

function escapeCharacter(character: string, style: NameStyle): string {
  if (escapedEverywhere.test(character)) return percent(character)
  if (style === 'exact') return character
  if (escapedWherePortable.test(character)) return percent(character)
  return /[A-Z]/.test(character) ? `^${character.toLowerCase()}` : character
}

function percent(text: string): string {
  return Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')
}

/** Fills pieces with whole units, so that where a piece ends depends on nothing behind it. */
function piecesOf(units: readonly string[]): string[] {
  const pieces: string[] = []
  let piece = ''
  let bytes = 0
  for (const unit of units) {
    const more = Buffer.byteLength(unit)
    if (bytes + more > maxNameBytes) {
      pieces.push(piece)
      piece = ''
      bytes = 0
    }
    piece += unit
    bytes += more
  }
  pieces.push(piece)
  return pieces
}

function unescape(name: string, style: NameStyle): string | undefined {
  if (name === emptyName) return ''
  const readable =
    style === 'portable'
      ? name.replaceAll(/\^([a-z])/g, (_, letter: string) => letter.toUpperCase())
      : name
  const bytes: Uint8Array[] = []
  let position = 0
  for (const match of readable.matchAll(/%([0-9a-f]{2})/g)) {
    bytes.push(Buffer.from(readable.slice(position, match.index)))
    bytes.push(Uint8Array.of(Number.parseInt(match[1] ?? '', 16)))
    position = match.index + match[0].length
  }
  bytes.push(Buffer.from(readable.slice(position)))
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(bytes))
  } catch {
    return undefined
  }
}

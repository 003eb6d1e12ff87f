/** A key that some layer between an application and its disk is known to mangle. */
export interface HostileKey {
  readonly key: string
  /** As it stands in the name of its case, where the key itself can't be read. */
  readonly title: string
  /**
   * Whether a provider may refuse it with `InvalidObjectName`, since a common protocol has no way to write it (XML 1.0 has no NUL).
   * Taking it and storing another one is no choice.
   */
  readonly refusable: boolean
}

const plain = [
  // Segments that paths and URLs resolve.
  '.',
  '..',
  './a',
  '../x',
  'a/.',
  'a/..',
  'a/./b',
  'a/../b',
  'a/../../b',
  '.../a',
  '..a/b..',
  // Empty segments, leading and trailing separators.
  '/',
  '//',
  '/x',
  '//x',
  'a//b',
  'a///b',
  'trailing/',
  'trailing//',
  'a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z',
  // What URLs and forms give a meaning.
  'plus+plus',
  'percent%',
  'percent%2Fslash',
  'percent%25',
  'percent%zz',
  '%2e%2e/x',
  'question?mark=1',
  'hash#fragment',
  'amper&sand=equals',
  'semi;colon,comma',
  'at@sign:colon',
  '//host/path',
  'http://host/path?a=b#c',
  'tilde~!$()[]{}|^`',
  // What shells, quotes and markup give a meaning.
  "single'quote",
  'double"quote',
  '<angle>&amp;</angle>',
  'star*',
  'dollar$HOME',
  'back\\slash',
  '..\\..\\x',
  'C:\\x',
  'C:/x',
  '-rf',
  // Spaces.
  ' ',
  ' leading space',
  'trailing space ',
  'double  space',
  'space / around / slash',
  // Names that Windows, or JavaScript, has for something else.
  'CON',
  'nul',
  'aux.txt',
  'com1/lpt1',
  'trailing.dot.',
  'desktop.ini',
  '__proto__',
  'constructor',
  'toString/__proto__',
  // Names that a driver may want for itself.
  '.cloudstore',
  '.cloudstore/format.json',
  '.hidden',
  '~',
  'file.part',
  'file.partial',
  'file.json',
  'file.meta',
  '_$folder$',
  'soap',
  '0',
  '007',
  '1e3',
  'true',
  'null',
  // Beyond ASCII.
  'Grüße/straße',
  '日本語/ファイル',
  'مرحبا/عالم',
  'שלום',
  'emoji/😀👩‍👩‍👧‍👦.png',
  'cafe\u0301',
  'caf\u00e9',
] as const

const titled: readonly [title: string, key: string, refusable?: boolean][] = [
  ['zero-width space and joiner', 'a\u200Bb\u200Dc'],
  ['right-to-left override', 'a\u202Etxt.exe'],
  ['byte order mark', '\uFEFFbom'],
  ['no-break space', 'a\u00A0b'],
  ['line separator', 'a\u2028b\u2029c'],
  ['ideograph beyond the basic plane', '\u{20BB7}野家'],
  ['tab', 'a\tb'],
  ['newline', 'a\nb'],
  ['carriage return', 'a\r\nb'],
  ['escape and bell', 'a\u001B[31m\u0007'],
  ['delete', 'a\u007Fb'],
  ['next line, a C1 control', 'a\u0085b'],
  ['start of heading', 'a\u0001b'],
  ['NUL', 'a\u0000b', true],
  ['a noncharacter', 'a\uFFFFb', true],
  ['one segment of 255 bytes', 's'.repeat(255)],
  ['one segment of 256 bytes', 't'.repeat(256)],
  ['one segment of 1,024 bytes', 'u'.repeat(1024)],
  ['1,024 bytes in short segments', 'v/'.repeat(512)],
  ['1,024 bytes in characters of four bytes', '😀'.repeat(256)],
  ['255 characters of three bytes in one segment', '語'.repeat(255)],
  ['100 dots and slashes', '../'.repeat(33) + 'x'],
]

/** At least sixty keys that must come back byte for byte from every operation. */
export const hostileKeys: readonly HostileKey[] = [
  ...plain.map((key) => ({ key, title: readable(key), refusable: false })),
  ...titled.map(([title, key, refusable = false]) => ({ key, title, refusable })),
]

/** Keys of which each is an object of its own, although some file system or URL takes them for one. */
export const confusableKeys: readonly (readonly [string, string])[] = [
  ['a', 'A'],
  ['straße', 'STRASSE'],
  ['caf\u00e9', 'cafe\u0301'],
  ['dir', 'dir/'],
  ['dir/x', 'dir'],
  ['dir//x', 'dir/x'],
  ['/x', 'x'],
  ['./x', 'x'],
  ['a/../x', 'x'],
  ['a/b', 'a%2Fb'],
  ['a b', 'a+b'],
  ['a b', 'a%20b'],
  ['a\\b', 'a/b'],
  ['name', 'name.'],
  ['name', 'name '],
  ['x\u200B', 'x'],
  ['file', 'file.part'],
  ['%41', 'A'],
]

// Characters that look alike are told apart by their code points.
function readable(key: string): string {
  const text = JSON.stringify(key)
  return /^[\u0020-\u007E]*$/.test(text)
    ? text
    : `${text} (${[...key]
        .filter((character) => character > '\u007E')
        .slice(0, 3)
        .map((character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`)
        .join(' ')})`
}

import * as fc from 'fast-check'

/**
 * What segments of keys are made of to break an escaping: everything that some file system treats
 * specially.
 */
const pieces = fc.oneof(
  fc.constantFrom(
    ...[
      '.',
      '..',
      ' ',
      '%',
      '%_',
      '%+',
      '%=',
      '%2E',
      '%2e',
      '%41',
      '^',
      '^A',
      '^a',
      '~',
      '~1',
      '\\',
      ':',
      '*',
    ],
    ...['?', '"', '<', '>', '|', '\0', '\u001f', '\u007f', 'con', 'CON', 'Nul', 'aux.txt', 'COM1'],
    ...['com¹', 'conin$', 'a', 'A', 'b', 'é', 'e\u0301', 'É', 'ß', 'ſ', 'K', 'k', 'İ', '日', '👍'],
    ...['\uFFFD', '\uFEFF', '\u2028', '.cloudstore', 'x'.repeat(120), 'É'.repeat(120)],
  ),
  fc.string({ unit: 'binary', maxLength: 4 }).filter((text) => !/\p{Surrogate}/u.test(text)),
)

/** Any text without a slash. */
export const segments: fc.Arbitrary<string> = fc
  .array(pieces, { maxLength: 6 })
  .map((parts) => parts.join('').replaceAll('/', ''))

/** Any key. */
export const keys: fc.Arbitrary<string> = fc
  .array(segments, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join('/'))
  .filter((key) => key !== '' && Buffer.byteLength(key) <= 1024)

import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  continuedText,
  meaningOfName,
  namesOfSegment,
  nameBesideFolder,
  standsForItself,
  type NameStyle,
} from '../../src/names/segment-names.ts'
import { segments } from '../support/keys.ts'

const styles = ['exact', 'portable'] as const
const runs = { numRuns: 2000 }

/** What the driver does when it lists: folder by folder, from the names alone. */
function readBack(names: readonly string[], style: NameStyle): string | undefined {
  let start: ReturnType<typeof continuedText>
  for (const name of names.slice(0, -1)) {
    start = continuedText(name, style, start)
    if (start === undefined) return undefined
  }
  const meaning = meaningOfName(names.at(-1) ?? '', style, 'file', start)
  return meaning.literal || meaning.beside ? undefined : meaning.segment
}

/** Names that a file system takes for one, as generously as any of them does. */
function folded(names: readonly string[]): string {
  return names
    .map((name) =>
      name
        .normalize('NFKD')
        .toUpperCase()
        .toLowerCase()
        .normalize('NFKD')
        .replace(/[. ]+$/, ''),
    )
    .join('/')
}

describe.each(styles)('names of segments, %s', (style) => {
  test('say what they stand for', () => {
    fc.assert(
      fc.property(segments, (segment) => {
        expect(readBack(namesOfSegment(segment, style), style)).toBe(segment)
      }),
      runs,
    )
  })

  test('are names that every system takes', () => {
    fc.assert(
      fc.property(segments, (segment) => {
        for (const name of namesOfSegment(segment, style)) {
          expect(name).not.toMatch(/[\u0000-\u001f\u007f<>:"/\\|?*]|[. ]$|^$/)
          expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d) *(\.|$)/i)
          expect(Buffer.byteLength(nameBesideFolder(name))).toBeLessThanOrEqual(255)
        }
      }),
      runs,
    )
  })

  test('are never the name of a file beside a folder', () => {
    fc.assert(
      fc.property(segments, segments, (one, two) => {
        expect(namesOfSegment(one, style)).not.toEqual([
          nameBesideFolder(namesOfSegment(two, style).at(-1) ?? ''),
        ])
      }),
      runs,
    )
  })

  test('of a file beside a folder mean the segment', () => {
    fc.assert(
      fc.property(segments, (segment) => {
        const names = namesOfSegment(segment, style)
        if (names.length > 1) return
        const beside = nameBesideFolder(names[0] ?? '')
        expect(meaningOfName(beside, style, 'file')).toEqual({
          segment,
          literal: false,
          beside: true,
        })
        expect(meaningOfName(beside, style, 'folder')).toEqual({
          segment: beside,
          literal: true,
          beside: false,
        })
      }),
      runs,
    )
  })

  test('of other programs stand for themselves, or are read as ours', () => {
    fc.assert(
      fc.property(segments, (name) => {
        const { segment, literal, beside } = meaningOfName(name, style, 'file')
        if (literal) expect(segment).toBe(name)
        else {
          const own = namesOfSegment(segment, style).at(-1) ?? ''
          expect(name).toBe(beside ? nameBesideFolder(own) : own)
        }
      }),
      runs,
    )
  })
})

test('portable names differ for different segments, also where names are folded', () => {
  fc.assert(
    fc.property(segments, segments, (one, two) => {
      const same =
        folded(namesOfSegment(one, 'portable')) === folded(namesOfSegment(two, 'portable'))
      expect(same).toBe(one === two)
    }),
    { numRuns: 5000 },
  )
})

test('portable names of segments that differ in case or normal form only differ more than that', () => {
  const variants = (text: string): string[] => [
    text.toUpperCase(),
    text.toLowerCase(),
    text.normalize('NFC'),
    text.normalize('NFD'),
    text.normalize('NFKC'),
    `${text}.`,
    `${text} `,
  ]
  fc.assert(
    fc.property(segments, (segment) => {
      const names = folded(namesOfSegment(segment, 'portable'))
      for (const variant of variants(segment)) {
        const same = folded(namesOfSegment(variant, 'portable')) === names
        expect(same).toBe(variant === segment)
      }
    }),
    runs,
  )
})

test('long segments with a common beginning share folders and differ at the end', () => {
  fc.assert(
    fc.property(fc.constantFrom(...styles), segments, segments, (style, one, two) => {
      const beginning = 'e\u0301'.repeat(150)
      const [first, ...rest] = namesOfSegment(`${beginning}${one}`, style)
      const [second, ...others] = namesOfSegment(`${beginning}${two}`, style)
      expect(second).toBe(first)
      expect(JSON.stringify(rest) === JSON.stringify(others)).toBe(one === two)
    }),
    { numRuns: 500 },
  )
})

test('portable names stay what they are where names are kept in lower case', () => {
  fc.assert(
    fc.property(segments, (segment) => {
      for (const name of namesOfSegment(segment, 'portable')) expect(name).toBe(name.toLowerCase())
    }),
    runs,
  )
})

test('plain segments are their own names', () => {
  for (const plain of [
    'a.jpg',
    'README.md',
    'my file (1).txt',
    '.gitignore',
    '日本語.txt',
    'é',
    '~$x',
  ]) {
    expect(namesOfSegment(plain, 'exact')).toEqual([plain])
  }
  for (const plain of ['a.jpg', 'readme.md', 'my file (1).txt', '.gitignore', 'x_y-z=1,2+3@4!']) {
    expect(namesOfSegment(plain, 'portable')).toEqual([plain])
  }
})

test.each([
  ['.', '%2e'],
  ['..', '.%2e'],
  ['', '%_'],
  ['trailing.', 'trailing%2e'],
  ['trailing ', 'trailing%20'],
  ['a:b', 'a%3ab'],
  ['a\\b', 'a%5cb'],
  ['nul\0byte', 'nul%00byte'],
  ['100%', '100%25'],
  ['CON', '%43ON'],
  ['con.txt', '%63on.txt'],
])('%j is the file %s', (segment, name) => {
  expect(namesOfSegment(segment, 'exact')).toEqual([name])
})

test.each([
  ['README.md', '^r^e^a^d^m^e.md'],
  ['é', '%c3%a9'],
  ['a~1', 'a%7e1'],
  ['^', '%5e'],
])('where case is ignored, %j is the file %s', (segment, name) => {
  expect(namesOfSegment(segment, 'portable')).toEqual([name])
})

test('a segment that could be an ordinary file of another program is known as such', () => {
  expect(standsForItself('10:00.txt', 'exact', 'file')).toBe(true)
  expect(standsForItself('100%.txt', 'exact', 'file')).toBe(true)
  expect(standsForItself('README.md', 'portable', 'file')).toBe(true)
  for (const never of ['', '.', '..', 'nul\0', '100%25', 'plain', 'x'.repeat(300)]) {
    expect(standsForItself(never, 'exact', 'file')).toBe(false)
  }
})

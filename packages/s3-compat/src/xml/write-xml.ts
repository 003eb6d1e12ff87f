import { StorageError } from '@cloudstore/core'

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/'

/** What an element holds: text, elements by name (several of a name as an array), or nothing. */
export interface XmlContent {
  readonly [name: string]: XmlValue
}

type XmlValue =
  | string
  | number
  | boolean
  | XmlContent
  | readonly (string | XmlContent)[]
  | undefined

/** A whole document: the root in S3's namespace. `undefined` leaves an element out. */
export function writeXml(root: string, content: XmlContent): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root} xmlns="${namespace}">${written(content)}</${root}>`
}

/** Whether XML 1.0 can hold a text at all: most control characters and half surrogate pairs it cannot. */
export function fitsXml(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are the ones
  return !/[\0-\x08\x0B\x0C\x0E-\x1F\uFFFE\uFFFF\p{Surrogate}]/u.test(text)
}

function written(content: XmlContent): string {
  return Object.entries(content)
    .flatMap(([name, value]) =>
      Array.isArray(value) ? value.map((one) => element(name, one)) : element(name, value),
    )
    .join('')
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return ''
  const inner =
    typeof value === 'object' ? written(value as XmlContent) : escaped(String(value), name)
  return `<${name}>${inner}</${name}>`
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // Left as they are, a reader would turn them into \n.
  '\r': '&#13;',
  '\u0085': '&#133;',
  '\u2028': '&#8232;',
}

function escaped(text: string, name: string): string {
  if (!fitsXml(text)) {
    throw new StorageError(
      'InvalidArgument',
      `${name} holds a character that XML can't: ${JSON.stringify(text)}`,
    )
  }
  return text.replaceAll(/[&<>"\r\u0085\u2028]/g, (character) => escapes[character] ?? character)
}

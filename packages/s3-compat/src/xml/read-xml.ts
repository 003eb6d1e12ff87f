import type { XMLParser, XMLValidator } from 'fast-xml-parser'
import { decodeEntities } from './entities.ts'
import { malformed } from './malformed.ts'

/** An element of an answer. Attributes and namespaces are not looked at. */
export interface XmlElement {
  /** Its own text, entities decoded, blanks kept. */
  readonly text: string
  /** The names of the elements directly in it. */
  readonly names: readonly string[]
  /** The elements of that name directly in it. */
  children(name: string): readonly XmlElement[]
  /**
   * The one element of that name directly in it.
   *
   * @throws StorageError `MalformedResponse` when there are several
   */
  child(name: string): XmlElement | undefined
  /** The text of that one element. */
  textOf(name: string): string | undefined
}

/** Deeper than any answer of S3 is nested. */
const deepest = 20

/**
 * Reads a small XML document.
 *
 * @param text - the document, of bounded size: see `xmlText`
 * @param roots - the names that its outermost element may have
 * @throws StorageError `MalformedResponse` when it is not well-formed, declares a document type, is nested too deeply, or has another root
 */
export async function readXml(
  text: string,
  ...roots: readonly string[]
): Promise<{ name: string; element: XmlElement }> {
  if (text.includes('<!DOCTYPE')) throw malformed('declares a document type', text)
  const { parser, validator } = await library()
  // The parser takes much that is no XML, such as a document that was cut off.
  const verdict = validator.validate(text)
  if (verdict !== true) throw malformed(`is not XML (${verdict.err.msg})`, text)
  if (!text.trimEnd().endsWith('>')) throw malformed('has text behind its end', text)
  const parsed = parse(parser, text)
  const names = Object.keys(parsed).filter((name) => !name.startsWith('?') && !name.startsWith('#'))
  const [name] = names
  if (name === undefined || names.length > 1 || !roots.includes(name)) {
    throw malformed(`has the root ${names.join(', ')} instead of ${roots.join(' or ')}`, text)
  }
  const element = elementOf(parsed).child(name)
  if (element === undefined) throw malformed('has no root', text)
  return { name, element }
}

/** What the parser makes of an element: arrays of elements by name, and its text and CDATA sections under names of their own. */
interface Parsed {
  readonly [name: string]: string | readonly Parsed[]
}

let loaded: Promise<{ parser: XMLParser; validator: typeof XMLValidator }> | undefined

// Loaded on first use: the common answers are read without it.
function library(): Promise<{ parser: XMLParser; validator: typeof XMLValidator }> {
  loaded ??= import('fast-xml-parser').then((module) => ({
    validator: module.XMLValidator,
    parser: new module.XMLParser({
      alwaysCreateTextNode: true,
      cdataPropName: '#cdata',
      ignoreAttributes: true,
      isArray: () => true,
      maxNestedTags: deepest,
      parseTagValue: false,
      processEntities: false,
      trimValues: false,
    }),
  }))
  return loaded
}

function parse(parser: XMLParser, text: string): Parsed {
  try {
    return parser.parse(text) as Parsed
  } catch (cause) {
    throw malformed('cannot be read', text, cause)
  }
}

function elementOf(parsed: Parsed): XmlElement {
  const children = (name: string): readonly XmlElement[] => {
    const found = Object.hasOwn(parsed, name) ? parsed[name] : undefined
    return typeof found === 'object' ? found.map(elementOf) : []
  }
  const child = (name: string): XmlElement | undefined => {
    const [first, second] = children(name)
    if (second !== undefined) throw malformed(`holds ${name} more than once`)
    return first
  }
  return {
    get text() {
      return textIn(parsed)
    },
    get names() {
      return Object.keys(parsed).filter((name) => !name.startsWith('#'))
    },
    children,
    child,
    textOf: (name) => child(name)?.text,
  }
}

function textIn(parsed: Parsed): string {
  const own = parsed['#text']
  const text = typeof own === 'string' ? decodeEntities(own) : ''
  const sections = parsed['#cdata']
  if (typeof sections !== 'object') return text
  // How text and sections alternate is not known here, and no server mixes them.
  if (sections.length > 1 || text.trim() !== '') throw malformed('mixes text and CDATA sections')
  const content = sections[0]?.['#text']
  return typeof content === 'string' ? content : ''
}

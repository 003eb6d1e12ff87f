import { join } from 'node:path'
import { digestName } from '../root/control-folder.ts'
import type { Store, StoreView } from '../root/store.ts'
import { replaceText } from './replace-text.ts'
import type { ObjectRecord } from './object-record.ts'
import { readText } from '../root/calls.ts'

/**
 * Where the records of an object lie. By digest: this tells keys apart on every file system, and
 * does not depend on where the bytes lie.
 */
export function recordPath(view: StoreView, containerName: string, key: string): string {
  const name = digestName(key)
  return join(view.root.control.facts, containerName, name.slice(0, 2), `${name.slice(2)}.json`)
}

/**
 * The records of an object: one, or for a moment, or after a crash, also that of the object before
 * it. None for a file of another program. A file that a crash of the whole machine has left damaged
 * counts as none: the bytes are then read with the facts of their file.
 */
export async function readRecords(path: string): Promise<readonly ObjectRecord[]> {
  const text = await readText(path)
  return text === undefined ? [] : parseRecords(text)
}

function parseRecords(text: string): readonly ObjectRecord[] {
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch {
    return []
  }
  if (typeof content !== 'object' || content === null || !('records' in content)) return []
  return Array.isArray(content.records) ? content.records.filter(isRecord) : []
}

const textFields = [
  'etag',
  'md5',
  'contentType',
  'cacheControl',
  'contentDisposition',
  'contentEncoding',
  'contentLanguage',
  'expires',
] as const

function isRecord(value: unknown): value is ObjectRecord {
  if (typeof value !== 'object' || value === null) return false
  const record: Partial<Record<keyof ObjectRecord, unknown>> = value
  return (
    typeof record.size === 'number' &&
    isDigits(record.mtime) &&
    isDigits(record.inode) &&
    textFields.every((field) => isTextOrAbsent(record[field])) &&
    (record.acl === undefined || record.acl === 'private' || record.acl === 'public-read') &&
    (record.metadata === undefined || isTextRecord(record.metadata))
  )
}

function isDigits(value: unknown): boolean {
  return typeof value === 'string' && /^-?\d+$/.test(value)
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string'
}

function isTextRecord(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((each) => typeof each === 'string')
  )
}

/** Replaces the records of an object in one step. The key is there for people who look for it. */
export function writeRecords(
  store: Store,
  path: string,
  key: string,
  records: readonly ObjectRecord[],
): Promise<void> {
  return replaceText(store, path, `${JSON.stringify({ key, records })}\n`)
}

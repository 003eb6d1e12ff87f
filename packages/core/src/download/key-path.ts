import { StorageError } from '../errors/errors.ts'

// https://learn.microsoft.com/windows/win32/fileio/naming-a-file
const reservedOnWindows = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)/i
const forbiddenOnWindows = /[<>:"|?*\\]/

/**
 * The path below a directory that a key names, as its segments. Keys are any bytes, so a key can name a place outside of the directory, or
 * no file at all: those are refused.
 */
export function keySegments(key: string, windows: boolean): string[] {
  const segments = key.split('/')
  for (const segment of segments) {
    const problem = segmentProblem(segment, windows)
    if (problem !== undefined) {
      throw new StorageError(
        'InvalidArgument',
        `the key names no file below a directory: ${problem}`,
        {
          hint: 'Give the whole path of the file as the destination',
        },
      )
    }
  }
  return segments
}

function segmentProblem(segment: string, windows: boolean): string | undefined {
  if (segment === '') return 'it begins or ends with a slash, or has two in a row'
  if (segment === '.' || segment === '..') return `it has the segment "${segment}"`
  if (segment.includes('\0')) return 'it has a NUL character'
  if (!windows) return undefined
  if (forbiddenOnWindows.test(segment) || [...segment].some((c) => c < ' ')) {
    return 'it has a character that Windows file names cannot have'
  }
  if (reservedOnWindows.test(segment)) return 'it has a name that Windows reserves for devices'
  if (/[. ]$/.test(segment)) return 'a segment ends in a dot or a space, which Windows drops'
  return undefined
}

import { expect } from '@jest/globals'

/**
 * What every example prints, by file, on every provider. A function where the provider decides on details.
 */
export const expected: Readonly<Record<string, readonly string[] | ((lines: string[]) => void)>> = {
  'access.ts': ['public-read', 'private', 'public-read'],
  'cancel.ts': ['cancelled', 'false'],
  'conditional.ts': ['it is there already', 'somebody was faster: read it again'],
  'copy-between-providers.ts': ['6 image/svg+xml london'],
  'copy.ts': ['grace false'],
  'custom-provider.ts': ['Hello'],
  'delete-many.ts': ['3 deleted'],
  'download.ts': ['All went well', 'All went well', 'replaced'],
  'list.ts': [
    'photos/cat.jpg 14',
    'photos/dog.jpg 14',
    'photos/',
    'videos/',
    'about.txt, photos/cat.jpg, photos/dog.jpg',
    'videos/cat.mp4',
  ],
  'multipart.ts': ['12 MiB'],
  'not-found.ts': ['ObjectDoesNotExist: missing.txt', 'not there', 'true'],
  'open.ts': (lines) => {
    expect(lines).toEqual([lines[0], lines[0], lines[0]])
    expect(lines[0]).toMatch(/^local ./)
  },
  'presign.ts': ['200 text/plain Hello', '200 <svg/>'],
  'progress.ts': (lines) => {
    const sent = lines.filter((line) => line.startsWith('sent '))
    const read = lines.filter((line) => line.startsWith('read '))
    expect(sent.at(-1)).toBe('sent 4194304 of 4194304 bytes')
    expect(read.at(-1)).toBe('read 4194304 of 4194304 bytes')
    expect(read.length).toBeGreaterThan(1)
    expect(lines.at(-1)).toBe('4194304')
    expect(lines).toHaveLength(sent.length + read.length + 1)
  },
  'put-file.ts': ['backups/2026-01-31.csv: 22 bytes, text/csv'],
  'put.ts': ['notes/pixel.bin 3'],
  'range.ts': ['cde', 'xyz', 'klmnop'],
  's3.ts': (lines) => {
    expect(lines.slice(0, 7)).toEqual([
      'minio http://127.0.0.1:9000/my-files/notes/a.txt',
      's3 https://my-files.s3.eu-central-1.amazonaws.com/notes/a.txt',
      'cloudflare_r2 https://abc123.r2.cloudflarestorage.com/my-files/notes/a.txt',
      'backblaze_b2 https://my-files.s3.us-west-004.backblazeb2.com/notes/a.txt',
      's3_compat https://storage.example.com/s3/my-files/notes/a.txt',
      'my-files.s3.us-east-1.amazonaws.com image/svg+xml true',
      'my-files.s3.us-east-1.amazonaws.com image/svg+xml',
    ])
    // On a provider of the S3 family, what it has beyond the others as well.
    const others = [
      '',
      'broken uploads',
      'old logs',
      '19 bytes in parts',
      '204',
      '400',
      '0 aborted',
    ]
    expect([[], others]).toContainEqual(lines.slice(7))
  },
  'serve.ts': ['200 text/html <p>Hello</p>', '404'],
  'stream.ts': ['8893 bytes', '4096 4096 701'],
  'testing-with-memory.ts': ['later', 'saved', 'broken off behind {"id', 'too slow'],
}

export function expectLines(file: string, lines: string[]): void {
  const wanted = expected[file]
  if (wanted === undefined) throw new Error(`test/expected.ts has nothing for ${file}`)
  if (typeof wanted === 'function') wanted(lines)
  else expect(lines).toEqual(wanted)
}

import type { BodyReader } from '../contract/body.ts'

/** A running MD5. */
export interface Md5 {
  update(bytes: Uint8Array): void
  /** Hex, lower case. Ends the computation. */
  hex(): string
}

/** A file that is read for an upload. */
export interface SourceFile {
  readonly path: string
  readonly size: number
  /** Bytes from `start` to `end`; fails when the file ends before that. */
  read(start: number, end: number): BodyReader
  close(): Promise<void>
}

export interface DestinationRequest {
  /** A file, or a directory (also one that ends in a separator), which takes the key as path below it. */
  readonly path: string
  readonly key: string
  readonly overwriteExisting: boolean
}

/** A file that a download is written to, under a temporary name until it is whole. */
export interface DestinationFile {
  /** The final path. */
  readonly path: string
  /** Writes everything the reader gives. */
  fill(reader: BodyReader): Promise<void>
  /** Moves the file to its final name. */
  publish(): Promise<void>
  /** Ends a failed download; with `keep`, what came stays as `<path>.partial`, whose name is returned. */
  discard(keep: boolean): Promise<string | undefined>
}

/** What core needs of a file system. */
export interface LocalFiles {
  openSource(path: string): Promise<SourceFile>
  openDestination(request: DestinationRequest): Promise<DestinationFile>
}

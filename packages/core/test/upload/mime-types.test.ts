import { expect, test } from '@jest/globals'
import { contentTypeOf } from '../../src/upload/mime-types.ts'

test.each([
  ['notes.txt', 'text/plain'],
  ['index.HTML', 'text/html'],
  ['a/b.c/photo.jpeg', 'image/jpeg'],
  ['app.mjs', 'text/javascript'],
  ['backup.tar.gz', 'application/gzip'],
  ['backup.gz', 'application/gzip'],
  ['backup.tar', 'application/x-tar'],
  ['data.json', 'application/json'],
  ['a/.b.png', 'image/png'],
  ['logs.json.gz', 'application/gzip'],
  ['drawing.svgz', 'application/gzip'],
  ['backup.tar.zst', 'application/zstd'],
  ['backup.7z', 'application/x-7z-compressed'],
  ['script.cjs', 'text/javascript'],
  ['app.js.map', 'application/json'],
  ['app.webmanifest', 'application/manifest+json'],
  ['README.md', 'text/markdown'],
  ['module.wasm', 'application/wasm'],
  ['photo.webp', 'image/webp'],
  ['photo.avif', 'image/avif'],
  ['IMG_1.HEIC', 'image/heic'],
  ['font.woff2', 'font/woff2'],
  ['table.parquet', 'application/vnd.apache.parquet'],
  ['events.jsonl', 'application/jsonl'],
  ['events.ndjson', 'application/x-ndjson'],
  ['ci.yaml', 'application/yaml'],
  ['ci.yml', 'application/yaml'],
  ['Cargo.toml', 'application/toml'],
  ['song.m4a', 'audio/mp4'],
  ['song.opus', 'audio/ogg'],
  ['live.m3u8', 'application/vnd.apple.mpegurl'],
  ['clip.m2ts', 'video/mp2t'],
])('%s is %s', (name, type) => {
  expect(contentTypeOf(name)).toBe(type)
})

test.each([
  'README',
  'a.txt/b',
  '.gitignore',
  '.txt',
  'a.',
  'a.unknown',
  '',
  'a.constructor',
  'a.__proto__',
  // A stretch of video to some and a program to others: no guess is better than a wrong one.
  'index.ts',
  'types.d.ts',
  'live/segment-1.ts',
  'index.mts',
  'index.cts',
  'App.tsx',
])('nothing is known of %j', (name) => {
  expect(contentTypeOf(name)).toBeUndefined()
})

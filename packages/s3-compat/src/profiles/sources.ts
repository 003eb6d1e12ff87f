/** Where facts of the profiles come from. */
export const sources = {
  'own tests': 'the tests of this project, on a real server',
  Ceph: 'the tests of this project on Ceph, which the provider runs',
  'live tests': 'live runs recorded by the cmdr project, October 2026',
  documentation: "the provider's documentation",
  rclone: "rclone's table of S3 providers, August 2026",
  cyberduck: "Cyberduck's connection profiles, June 2026",
  'files-sdk': 'the drivers of files-sdk, August 2026',
  litestream: "litestream's issues, 2025 and 2026",
  reports: "single users' reports",
} as const

export type SourceName = keyof typeof sources

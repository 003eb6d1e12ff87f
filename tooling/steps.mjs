// What `npm test` runs, in this order. `needs` names steps without which one makes no sense; `live`
// shows the output while it comes; `minutes` bounds how long one may take (5 unless said).
const ci = process.env.CI === 'true'

export const steps = [
  {
    name: 'build',
    title: 'ES modules, CommonJS and declarations',
    command: ['turbo', 'run', 'build', '--output-logs=errors-only'],
  },
  { name: 'types', title: 'the sources compile', command: ['tsc', '-b'] },
  {
    name: 'test-types',
    title: 'tests and examples compile',
    command: ['tsc', '-p', 'tsconfig.tests.json'],
  },
  {
    name: 'lint',
    title: 'oxlint, with types',
    command: ['oxlint', '--type-aware', '--deny-warnings'],
  },
  { name: 'format', title: 'oxfmt', command: ['oxfmt', '--check', '.'] },
  {
    name: 'versions',
    title: 'one version of each dependency (sherif)',
    command: ['sherif', '-i', 'typescript'],
  },
  {
    name: 'unused',
    title: 'unused files, exports, dependencies (knip)',
    command: ['knip', '--no-config-hints'],
  },
  check('boundaries', 'packages import only what they may'),
  check('exports', 'entry files list their exports'),
  check('manifests', 'package.json files agree'),
  check('snippets', 'README code equals the examples'),
  {
    name: 'docs',
    title: 'docs/providers.md says what the profiles say',
    command: ['node', '--conditions=@cloudstore/source', 'tooling/docs/providers.mjs', '--check'],
  },
  {
    name: 'names',
    title: 'docs/names.md says what the code says',
    command: ['node', 'tooling/docs/names.mjs', '--check'],
  },
  {
    name: 'api',
    title: 'public API as reviewed (etc/*.api.md)',
    command: ['node', 'tooling/api-report.mjs'],
    needs: ['build'],
  },
  {
    name: 'pack',
    title: 'packages as they would be published',
    command: ['node', 'tooling/pack.mjs'],
    needs: ['build'],
  },
  check('tarballs', 'publint, attw, contents, manifests', ['pack']),
  check('sizes', 'tarballs and bundles within their bounds', ['pack']),
  {
    name: 'smoke',
    title: 'packed packages in empty projects',
    command: ['node', 'tooling/smoke/run.mjs'],
    needs: ['pack'],
    live: true,
  },
  {
    name: 'rgw',
    title: 'a real Ceph RadosGW for the tests',
    command: ['node', 'tooling/rgw/for-tests.mjs', 'begin'],
  },
  {
    name: 'tests',
    title: 'unit and conformance tests (Jest)',
    command: [
      'node',
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      ...(ci ? ['--ci'] : []),
    ],
    live: true,
    minutes: 45,
  },
  {
    name: 'rgw-end',
    title: 'the RadosGW is stopped',
    command: ['node', 'tooling/rgw/for-tests.mjs', 'end'],
  },
]

function check(name, title, needs) {
  return { name, title, needs, command: ['node', `tooling/checks/${name}.mjs`] }
}

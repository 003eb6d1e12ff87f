import { describe, expect, test } from '@jest/globals'
import { conformanceCases } from '../src/index.ts'

describe('conformanceCases', () => {
  test('has a name of its own for every case, by which it can be skipped', () => {
    const names = conformanceCases.map(({ name }) => name)
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
    expect(
      names.filter((name) => name.trim() !== name || /[\u0000-\u001f\u007f]/.test(name)),
    ).toEqual([])
  })

  test('has more than 300 cases besides those of the table of keys', () => {
    const others = conformanceCases.filter(({ group }) => group !== 'keys')
    expect(others.length).toBeGreaterThan(300)
  })

  test('covers every topic', () => {
    const groups = [...new Set(conformanceCases.map(({ group }) => group))]
    expect(groups).toEqual([
      'containers',
      'keys',
      'bodies',
      'ranges',
      'object streams',
      'progress',
      'listing',
      'prefixes and delimiters',
      'attributes',
      'metadata',
      'conditional reads',
      'conditional writes',
      'overwriting and concurrency',
      'multipart uploads',
      'cancelling',
      'error codes',
      'deleting',
      'copying and moving',
      'ACLs',
      'presigned requests',
      'files to objects',
      'objects to files',
      'capabilities',
      'surfaces',
      'secrets',
    ])
  })

  test('gives every case a time limit', () => {
    expect(conformanceCases.filter(({ timeout }) => !(timeout > 0 && timeout <= 120_000))).toEqual(
      [],
    )
  })
})

import type { Container } from '@cloudstore/core'
import { check, equal, rejects, sameBytes, sameList } from '../assert.ts'
import { group, notApplicable, slow, type ConformanceCase } from '../case.ts'
import { byUtf8, collect, kibi, mebi, sample } from '../samples.ts'

const writers = 8

export const concurrency: readonly ConformanceCase[] = group('overwriting and concurrency', {
  'an object is overwritten whole, longer and shorter': async (context) => {
    const container = await context.container()
    for (const size of [100 * kibi, 10, 300 * kibi, 0, 7]) {
      const bytes = sample(size, size)
      await container.put('object', bytes)
      sameBytes(await container.get('object').bytes(), bytes, `contents of ${size} bytes`)
    }
    equal((await collect(container.list())).length, 1, 'objects listed')
  },

  'what was written is there for the next call': async (context) => {
    const container = await context.container()
    for (let round = 0; round < 10; round++) {
      await container.put('object', `round ${round}`)
      equal(await container.get('object').text(), `round ${round}`, 'contents after put')
      equal((await container.head('object')).size, 7, 'size after put')
      equal((await collect(container.list())).length, 1, 'objects listed after put')
      await container.delete('object')
      equal(await container.exists('object'), false, 'exists after delete')
      equal((await collect(container.list())).length, 0, 'objects listed after delete')
    }
  },

  'of writers that race with ifNoneMatch * exactly one wins': async (context) => {
    if (!context.driver.features.conditions.put.includes('ifNoneMatch')) {
      notApplicable('ifNoneMatch is not promised')
    }
    const container = await context.container()
    for (const key of ['first', 'second', 'third']) {
      const ends = await Promise.allSettled(
        Array.from({ length: writers }, (_, index) =>
          container.put(key, `writer ${index}`, { ifNoneMatch: '*' }),
        ),
      )
      const won = ends.flatMap((end, index) => (end.status === 'fulfilled' ? [index] : []))
      equal(won.length, 1, 'writers that won')
      for (const end of ends) {
        if (end.status === 'fulfilled') continue
        await rejects(
          Promise.reject(end.reason as Error),
          'ObjectAlreadyExists',
          'a writer that lost',
        )
      }
      equal(await container.get(key).text(), `writer ${won[0]}`, 'contents')
    }
  },

  'of writers that race with ifMatch exactly one wins': async (context) => {
    if (!context.driver.features.conditions.put.includes('ifMatch')) {
      notApplicable('ifMatch is not promised')
    }
    const container = await context.container()
    const { etag } = await container.put('object', 'before')
    const ends = await Promise.allSettled(
      Array.from({ length: writers }, (_, index) =>
        container.put('object', `writer ${index}`, { ifMatch: etag }),
      ),
    )
    const won = ends.flatMap((end, index) => (end.status === 'fulfilled' ? [index] : []))
    equal(won.length, 1, 'writers that won')
    equal(await container.get('object').text(), `writer ${won[0]}`, 'contents')
  },

  'writers that race leave the whole object of one of them': slow(async (context) => {
    const container = await context.container()
    const contents = Array.from({ length: writers }, (_, index) => sample(mebi + index, index))
    await Promise.all(contents.map((bytes) => container.put('object', bytes)))
    const found = await container.get('object').bytes()
    const { size } = await container.head('object')
    equal(size, found.length, 'size by head')
    const writer = contents[found.length - mebi]
    check(writer, `the object has ${found.length} bytes, which no writer wrote`)
    sameBytes(found, writer, 'contents')
  }),

  'a reader sees the old or the new object, never a mixture': slow(async (context) => {
    const container = await context.container()
    const versions = [sample(2 * mebi, 1), sample(2 * mebi + 1, 2)] as const
    await container.put('object', versions[0])
    const progress = { writing: true }
    const write = async (): Promise<void> => {
      for (let round = 1; round <= 6; round++)
        await container.put('object', versions[round % 2 ? 1 : 0])
      progress.writing = false
    }
    const read = async (): Promise<void> => {
      while (progress.writing) {
        const found = await container.get('object').bytes()
        sameBytes(found, versions[found.length === versions[0].length ? 0 : 1], 'contents')
      }
    }
    await Promise.all([write(), read(), read()])
  }),

  'different keys can be written, read and deleted at once': async (context) => {
    const container: Container = await context.container()
    const keys = Array.from({ length: 60 }, (_, index) => `key-${String(index).padStart(2, '0')}`)
    await Promise.all(keys.map((key) => container.put(key, key)))
    const found = (await collect(container.list())).map((object) => object.key)
    sameList(found.toSorted(byUtf8), keys, 'keys listed')
    const texts = await Promise.all(keys.map((key) => container.get(key).text()))
    sameList(texts, keys, 'contents')
    await Promise.all(keys.map((key) => container.delete(key)))
    equal((await collect(container.list())).length, 0, 'objects left')
  },

  'two drivers over one backend see the same objects': async (context) => {
    const container = await context.container()
    const { driver } = context.recording()
    await driver.container(container.name).put('object', 'by the other')
    equal(await container.get('object').text(), 'by the other', 'contents')
  },
})

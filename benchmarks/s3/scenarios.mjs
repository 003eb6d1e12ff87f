import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { GiB, keysListed, small } from './content.mjs'

const atOnce = 32

async function inParallel(count, work) {
  let begun = 0
  const worker = async () => {
    while (begun < count) {
      begun += 1
      await work(begun)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

function expect(what, found, wanted) {
  if (found !== wanted) throw new Error(`${what}: ${found}, not ${wanted}`)
}

/**
 * `warmUp` runs first and does not count. `run` resolves to how many of `unit` were done. `per` is what a figure stands for.
 */
export const scenarios = {
  put: {
    title: 'PUT of 1 KiB, 32 at once',
    unit: 'µs of CPU per request',
    warmUp: (client) => inParallel(4000, (n) => client.put(`k${n}`, small)),
    async run(client) {
      await inParallel(6000, (n) => client.put(`k${n}`, small))
      return 6000
    },
  },
  get: {
    title: 'GET of 1 KiB, 32 at once',
    unit: 'µs of CPU per request',
    warmUp: (client) => inParallel(4000, (n) => client.get(`k${n}`)),
    async run(client) {
      await inParallel(6000, async (n) => {
        expect('bytes', (await client.get(`k${n}`)).length, small.length)
      })
      return 6000
    },
  },
  list: {
    title: `listing of ${keysListed.toLocaleString('en')} keys`,
    unit: 'µs of CPU per key',
    async warmUp(client) {
      for (let time = 0; time < 4; time += 1) await client.list()
    },
    async run(client) {
      expect('keys', await client.list(), keysListed)
      return keysListed
    },
  },
  upload: {
    title: '1 GiB up, from a stream of unknown length',
    unit: 's of CPU',
    async run(client) {
      await client.upload('large', GiB)
      return 1e6
    },
  },
  download: {
    title: '1 GiB down, to a file',
    unit: 's of CPU',
    async run(client, folder) {
      const path = join(folder, 'large')
      await client.download(`large-${GiB}`, path)
      expect('bytes', (await stat(path)).size, GiB)
      await rm(path)
      return 1e6
    },
  },
}

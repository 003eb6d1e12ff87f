import { expect, it } from '@jest/globals'
import { MemoryStorageDriver } from '../src/driver.ts'

it('works', async () => {
  const d = new MemoryStorageDriver()
  const c = await d.createContainer('abc')
  const o = await c.put('a/b.txt', 'hello', { metadata: { X: '1' }, acl: 'public-read' })
  console.log(o, JSON.stringify(o), o.container, d)
  expect(await c.get('a/b.txt').text()).toBe('hello')
  const chunks = []
  for await (const x of c.get('a/b.txt', { chunkSize: 2 })) chunks.push(x.byteLength)
  expect(chunks).toEqual([2, 2, 1])
  await c.put('big', (async function* () { for (let i = 0; i < 30; i++) yield new Uint8Array(1000000) })(), { partSize: 5 * 1024 * 1024 })
  console.log(await c.head('big'))
  await c.copy('big', 'big2'); await c.move('big2', 'big3')
  const keys = []
  for await (const x of c.list()) keys.push(x.key)
  expect(keys).toEqual(['a/b.txt', 'big', 'big3'])
  for await (const p of c.listPrefixes()) console.log(p)
  await d.downloadObject(d.object(c, 'a/b.txt'), '/tmp/xx.txt', { overwriteExisting: true })
  const r = await c.get('a/b.txt', { range: { start: 1, end: 3 } }).response({ download: 'é.txt' })
  console.log(r.status, [...r.headers], await r.text())
  const w = c.get('a/b.txt').toWeb()
  expect(await new Response(w as never).text()).toBe('hello')
  let s = ''
  for await (const x of c.get('a/b.txt').toNode()) s += x
  expect(s).toBe('hello')
  await c.put('copy', c.get('a/b.txt'))
  console.log(await c.head('copy'), d.stats())
  await c.get('nope').text().catch((e) => console.log(e.message, e.stack))
  await c.put('x', 'y', { acll: 'x' } as never).catch((e) => console.log(e.message))
  console.log(await c.deleteMany(c.list()))
  await d.deleteContainer(c)
})

// Starts the server, asks it something without credentials over http and https, and stops it.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { running } from './daemons.mjs'
import { daemons, serving, start, stop } from './server.mjs'
import { environment, ports } from './settings.mjs'

console.log(await start())
try {
  assert.equal(await start(), 'already up')
  const answer = await fetch(`${environment.RGW_ENDPOINT}/no-such-bucket`)
  assert.equal(answer.status, 404)
  assert.match(await answer.text(), /<Code>NoSuchBucket<\/Code>/)
  assert.equal(await overTls('/no-such-bucket'), 404)
} finally {
  console.log(await stop())
}
assert.equal(await serving(), false)
assert.deepEqual(daemons.map(running), [undefined, undefined, undefined])

function overTls(path) {
  const where = { host: '127.0.0.1', port: ports.https, path, ca: readFileSync(environment.RGW_CA) }
  return new Promise((done, fail) => {
    const asked = request(where, (answer) => {
      answer.resume()
      answer.once('end', () => done(answer.statusCode))
    })
    asked.once('error', fail).end()
  })
}

// A throw-away Ceph RadosGW on loopback: `node tooling/rgw/rgw.mjs start | stop | status | env`.
import { running } from './daemons.mjs'
import { daemons, serving, start, stop } from './server.mjs'
import { environment } from './settings.mjs'

const commands = {
  start: async () => console.log(`rgw: ${await start()} on ${environment.RGW_ENDPOINT}`),
  stop: async () => console.log(`rgw: ${await stop()}`),
  env: () => {
    for (const [name, value] of Object.entries(environment))
      console.log(`export ${name}='${value}'`)
  },
  status: async () => {
    for (const name of daemons) {
      const pid = running(name)
      console.log(`rgw: ${name} ${pid === undefined ? 'is not running' : `runs as pid ${pid}`}`)
    }
    const up = await serving()
    console.log(`rgw: ${up ? 'serves' : 'does not serve'} on ${environment.RGW_ENDPOINT}`)
    if (!up) process.exitCode = 3
  },
}

const command = commands[process.argv[2]]
if (command === undefined) {
  console.error(`usage: node tooling/rgw/rgw.mjs ${Object.keys(commands).join(' | ')}`)
  process.exitCode = 2
} else {
  try {
    await command()
  } catch (error) {
    console.error(`rgw: ${error.message}`)
    process.exitCode = 1
  }
}

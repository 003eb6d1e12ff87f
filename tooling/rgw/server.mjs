import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { cephConf, certificateRequest, cluster, disk } from './ceph-conf.mjs'
import { end, launch, running } from './daemons.mjs'
import { provide } from './debian.mjs'
import { locked } from './lock.mjs'
import {
  domains,
  environment,
  paths,
  ports,
  region,
  role,
  temporaryCredentials,
  users,
} from './settings.mjs'

/** In the order in which they are ended. */
export const daemons = ['rgw', 'osd', 'mon']

const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: 'C' }

/** Starts an empty server, or leaves the one that runs; resolves when it answers. */
export async function start() {
  provide()
  return locked(async () => {
    if (daemons.every((name) => running(name)) && (await serving())) return 'already up'
    await endAll()
    await refuseTakenPorts()
    const begun = performance.now()
    try {
      prepareFolder()
      startMonitor()
      startStore()
      createUsers()
      launch('rgw', 'radosgw', ['-c', paths.conf, '-n', 'client.rgw', '-f'])
      await untilServing()
    } catch (error) {
      await endAll()
      throw new Error(`${error.message}\n${lastLines()}`, { cause: error })
    }
    return `up after ${((performance.now() - begun) / 1000).toFixed(1)} s`
  })
}

/** Ends the processes that `start` began and deletes their data. */
export async function stop() {
  if (!existsSync(paths.mark)) return 'nothing to stop'
  return locked(async () => {
    await endAll()
    rmSync(paths.data, { recursive: true, force: true })
    return 'stopped'
  })
}

/** True when the server answers a request as an S3 service does. */
export async function serving() {
  try {
    const answer = await fetch(environment.RGW_ENDPOINT, { signal: AbortSignal.timeout(5000) })
    return answer.ok && (await answer.text()).includes('ListAllMyBucketsResult')
  } catch {
    // Whatever keeps a request from being answered means that it does not serve.
    return false
  }
}

async function endAll() {
  for (const name of daemons) await end(name)
}

async function refuseTakenPorts() {
  for (const port of [ports.http, ports.https, ports.monitor]) {
    if (await taken(port)) {
      throw new Error(`port ${port} of 127.0.0.1 is taken: set TEST_RGW_PORT to another one`)
    }
  }
}

function taken(port) {
  return new Promise((done) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('connect', () => done(true)).once('error', () => done(false))
    socket.once('connect', () => socket.destroy())
  })
}

function prepareFolder() {
  for (const path of [paths.data, paths.log, paths.run, paths.crash])
    rmSync(path, { recursive: true, force: true })
  for (const part of ['mon', 'osd', 'rgw']) mkdirSync(join(paths.data, part), { recursive: true })
  for (const path of [paths.log, paths.run, paths.crash]) mkdirSync(path)
  writeFileSync(paths.conf, cephConf)
  run('openssl', certificateRequest)
}

function startMonitor() {
  const map = join(paths.data, 'monmap')
  const address = `[v2:127.0.0.1:${ports.monitor}]`
  const shape = ['--create', '--clobber', '--enable-all-features', '--fsid', cluster]
  run('monmaptool', [...shape, '--addv', 'a', address, map])
  run('ceph-mon', [
    '-c',
    paths.conf,
    '-i',
    'a',
    '--mkfs',
    '--monmap',
    map,
    '--keyring',
    '/dev/null',
  ])
  launch('mon', 'ceph-mon', ['-c', paths.conf, '-i', 'a', '-f'])
}

function startStore() {
  ceph([
    `osd new ${disk}`,
    'osd crush add osd.0 1.0 host=localhost root=default',
    'osd set noscrub',
    'osd set nodeep-scrub',
  ])
  run('ceph-osd', ['-c', paths.conf, '-i', '0', '--mkfs', '--osd-uuid', disk])
  launch('osd', 'ceph-osd', ['-c', paths.conf, '-i', '0', '-f'])
}

/** The first administrative command makes the zone as well; region and host names belong to it. */
function createUsers() {
  for (const { id, accessKey, secretKey, capabilities } of users) {
    const keys = ['--access-key', accessKey, '--secret-key', secretKey]
    const names = ['--uid', id, '--display-name', id, '--email', `${id}@example.test`]
    admin(['user', 'create', ...names, ...keys, ...(capabilities ? ['--caps', capabilities] : [])])
  }
  if (temporaryCredentials) createRole()
  const group = JSON.parse(admin(['zonegroup', 'get', '--rgw-zonegroup=default']))
  const named = { ...group, api_name: region, hostnames: domains }
  admin(['zonegroup', 'set', '--rgw-zonegroup=default'], JSON.stringify(named))
  // Now, and not while the first request waits.
  const pools = ['index', 'data', 'non-ec'].map((part) => `default.rgw.buckets.${part}`)
  ceph(
    pools.flatMap((pool) => [
      `osd pool create ${pool} 4 4`,
      `osd pool application enable ${pool} rgw`,
    ]),
  )
}

function createRole() {
  const [{ id }] = users
  const who = { AWS: [`arn:aws:iam:::user/${id}`] }
  const name = `--role-name=${role}`
  const trust = policy({ Principal: who, Action: ['sts:AssumeRole'] })
  admin(['role', 'create', name, '--path=/', `--assume-role-policy-doc=${trust}`])
  const rights = policy({ Action: ['s3:*'], Resource: 'arn:aws:s3:::*' })
  admin(['role-policy', 'put', name, '--policy-name=all', `--policy-doc=${rights}`])
}

function policy(statement) {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', ...statement }],
  })
}

function ceph(commands) {
  return run('ceph', ['-c', paths.conf], `${commands.join('\n')}\n`)
}

function admin(args, input) {
  return run('radosgw-admin', ['-c', paths.conf, ...args], input)
}

function run(program, args, input = '') {
  const result = spawnSync(program, args, { env, input, encoding: 'utf8', timeout: 60_000 })
  if (result.error) throw new Error(`${program}: ${result.error.message}`, { cause: result.error })
  appendFileSync(join(paths.log, 'setup.out'), `${program}\n${result.stdout}${result.stderr}`)
  if (result.status !== 0)
    throw new Error(`${program} failed with ${result.status}: ${result.stderr}`)
  return result.stdout
}

async function untilServing() {
  const deadline = Date.now() + 60_000
  while (!(await serving())) {
    if (running('rgw') === undefined) throw new Error('radosgw ended')
    if (Date.now() > deadline) throw new Error('radosgw does not answer within a minute')
    await sleep(50)
  }
}

/** The ends of the logs, for the message of a failed start. */
function lastLines() {
  return readdirSync(paths.log)
    .filter((name) => name.endsWith('.out') || name === 'rgw.log')
    .map((name) => [name, readFileSync(join(paths.log, name), 'utf8').trimEnd()])
    .filter(([, text]) => text !== '')
    .map(([name, text]) => `--- ${name}\n${text.split('\n').slice(-8).join('\n')}`)
    .join('\n')
}

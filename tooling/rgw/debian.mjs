import { spawnSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'

const programs = [
  'ceph',
  'ceph-mon',
  'ceph-osd',
  'monmaptool',
  'radosgw',
  'radosgw-admin',
  'openssl',
]
const packages = ['radosgw', 'ceph-mon', 'ceph-osd', 'openssl']
const install = ['install', '--yes', '--no-install-recommends', ...packages]

/** Makes sure that the server's programs are here, installing Debian's packages where that is allowed. */
export function provide() {
  if (missing().length === 0) return
  const allowed = process.getuid?.() === 0 && found('apt-get')
  if (!allowed)
    throw new Error(`${missing().join(', ')} not found. As root: apt-get ${install.join(' ')}`)
  console.log(`installing ${packages.join(', ')}`)
  // The package lists may be old or absent: ask for them only then.
  if (!apt(install) && !(apt(['update']) && apt(install))) {
    throw new Error(`apt-get could not install ${packages.join(', ')}: see its output above`)
  }
  if (missing().length > 0) throw new Error(`still not found: ${missing().join(', ')}`)
}

function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { status, stdout, stderr } = spawnSync('apt-get', ['-q', ...args], {
    env,
    encoding: 'utf8',
  })
  if (status !== 0) console.error(stdout + stderr)
  return status === 0
}

function missing() {
  return programs.filter((name) => !found(name))
}

function found(name) {
  return [...process.env.PATH.split(':'), '/usr/sbin', '/sbin'].some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

import { domains, paths, ports, temporaryCredentials } from './settings.mjs'

/** Fixed, so that two starts differ in nothing but their data. */
export const cluster = '5c0f2f7e-4a2b-4f0c-9a6e-0c10d5702001'
export const disk = '5c0f2f7e-4a2b-4f0c-9a6e-0c10d5702002'

/** The cluster's configuration: one monitor, one store in memory, one gateway, no authentication inside. */
export const cephConf = `[global]
fsid = ${cluster}
mon host = v2:127.0.0.1:${ports.monitor}
# 'public bind addr' beside this one leaves the monitor unreachable.
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr1 = false
ms bind ipv6 = false
ms bind port min = ${ports.osd[0]}
ms bind port max = ${ports.osd[1]}
auth cluster required = none
auth service required = none
auth client required = none
# The gateway alone defaults to 'secure', which needs the authentication that is off.
ms mon client mode = crc
keyring = /dev/null
admin socket =
run dir = ${paths.run}
crash dir = ${paths.crash}
log file = ${paths.log}/$name.log
log to stderr = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0

[mon]
mon data = ${paths.data}/mon
mon cluster log file = ${paths.log}/cluster.log
mon allow pool size one = true
mon max pg per osd = 10000
# A monitor ends itself when the disk is nearly full; this one stores next to nothing.
mon data avail warn = 1
mon data avail crit = 0
# Map changes in milliseconds instead of a second each.
paxos propose interval = 0.05
auth allow insecure global id reclaim = false

[osd]
osd data = ${paths.data}/osd
osd objectstore = memstore
memstore device bytes = 8589934592
osd max scrubs = 0

[client]
log file = ${paths.log}/client.log
rgw data = ${paths.data}/rgw

[client.rgw]
log file = ${paths.log}/rgw.log
# Without tcp_nodelay every answer that has a body waits 40 ms.
rgw frontends = beast tcp_nodelay=1 endpoint=127.0.0.1:${ports.http} ssl_endpoint=127.0.0.1:${ports.https} ssl_certificate=${paths.certificate} ssl_private_key=${paths.privateKey}
rgw dns name = ${domains[0]}
rgw enable apis = s3, admin${temporaryCredentials ? ', sts' : ''}
rgw s3 auth use sts = ${temporaryCredentials}
rgw sts key = cloudstore-test1
rgw thread pool size = 64
# Deleted data leaves the memory within seconds.
rgw gc obj min wait = 5
rgw gc processor period = 10
rgw gc processor max time = 10
rgw crypt require ssl = false
${process.env.TEST_RGW_CONF ?? ''}
`

/** OpenSSL's arguments for a self-signed certificate of every name that the server answers to. */
export const certificateRequest = [
  ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650'.split(' '),
  '-subj',
  `/CN=${domains[0]}`,
  '-addext',
  `subjectAltName=${alternativeNames().join(',')}`,
  '-keyout',
  paths.privateKey,
  '-out',
  paths.certificate,
]

function alternativeNames() {
  const named = domains.flatMap((domain) => [`DNS:${domain}`, `DNS:*.${domain}`])
  return [...new Set(['DNS:localhost', 'IP:127.0.0.1', ...named])]
}

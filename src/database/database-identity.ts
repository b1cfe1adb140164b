import { createHash, randomUUID } from 'node:crypto'
import { hostname, networkInterfaces } from 'node:os'
import { basename } from 'node:path'
import type { DatabaseSettings } from './database-settings'
import { isLoopback } from './influx/influx-connection'

/** A file that this process has open, no other has. */
const THIS_PROCESS = randomUUID()

/** Equal in all processes where the same question has the same answer, and in no others; it gives nothing away. */
export function identityOf({ store, folder, writer }: DatabaseSettings): string {
  const place = store.kind === 'sqlite' ? [THIS_PROCESS, folder] : [basename(folder), ...machineOf(store.url)]
  const parts = JSON.stringify([...place, writer.maximum_gap_ms])
  return createHash('sha256').update(parts).digest('base64url').slice(0, 16)
}

/** `localhost` is another server on each machine. */
function machineOf(url: string): readonly string[] {
  return isLoopback(new URL(url).hostname) ? [hostname(), ...hardwareAddresses()] : []
}

/** Those that were given by a maker: addresses of containers and bridges come and go. */
function hardwareAddresses(): readonly string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const macs = all.map(({ mac }) => mac).filter((mac) => !isLocallyAdministered(mac) && !/^[0:]+$/.test(mac))
  return [...new Set(macs)].sort()
}

function isLocallyAdministered(mac: string): boolean {
  return (parseInt(mac.slice(0, 2), 16) & 2) !== 0
}

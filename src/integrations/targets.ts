import { isIP, isIPv4 } from 'node:net'
import { networkInterfaces, type NetworkInterfaceInfo } from 'node:os'
import { invalid } from '../domain/errors'

/** Asking more addresses would flood the network, and take longer than a window of discovery. */
export const MAXIMUM_TARGETS = 4096

const TARGET_RANGE = `addresses, ranges such as 192.168.1.10-60 or 192.168.1.0/24, or lan; at most ${MAXIMUM_TARGETS} in all`
const HOST_RANGE = 'an IPv4 or IPv6 address, or a host name'
const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/i
const LONGEST_HOST = 253

type InvalidCode = 'CONFIG_INVALID' | 'INPUT_INVALID'

/** Where a value came from, so that an error can name it. */
export interface Origin {
  readonly code: InvalidCode
  readonly field: string
}

/**
 * The addresses that a person's text names, each once: addresses, host names, `a.b.c.d/nn`, `a.b.c.d-e`,
 * `a.b.c.d-e.f.g.h`, and `lan` for the broadcast addresses of this machine's networks. Commas, semicolons, spaces and
 * line breaks part them.
 * @throws MonitorError with the code of `origin`, naming the part that is no target or holds too many
 */
export function expandTargets(
  text: string,
  origin: Origin,
  lanAddresses: () => readonly string[] = broadcastAddresses,
): string[] {
  const targets = new Set<string>()
  for (const part of text.split(/[\s,;]+/).filter((piece) => piece !== '')) {
    for (const target of part.toLowerCase() === 'lan' ? lanAddresses() : addressesOf(part, origin)) targets.add(target)
    if (targets.size > MAXIMUM_TARGETS) throw invalid(origin.code, origin.field, part, TARGET_RANGE)
  }
  return [...targets]
}

/** @throws MonitorError with the code of `origin` where `value` is no IPv4 or IPv6 address and no host name */
export function parseHost(value: unknown, origin: Origin): string {
  if (typeof value === 'string' && isHost(value.trim())) return value.trim()
  throw invalid(origin.code, origin.field, value, HOST_RANGE)
}

/** The broadcast address of each IPv4 network of this machine, loopback left out. */
export function broadcastAddresses(interfaces = networkInterfaces()): string[] {
  const networks = Object.values(interfaces).flatMap((addresses) => addresses ?? [])
  const usable = networks.filter((network) => network.family === 'IPv4' && !network.internal)
  return [...new Set(usable.map(broadcastOf))]
}

function broadcastOf({ address, netmask }: NetworkInterfaceInfo): string {
  return toText((toNumber(address) | ~toNumber(netmask)) >>> 0)
}

function isHost(value: string): boolean {
  if (isIP(value) !== 0) return true
  const labels = value.split('.')
  const last = labels.at(-1) ?? ''
  // What ends in a number is meant as an address: `300.1.1.1` would otherwise go to the name server.
  const named = /[a-z]/i.test(last) && !/^0x[\da-f]*$/i.test(last)
  return named && value.length <= LONGEST_HOST && labels.every((label) => LABEL.test(label))
}

function addressesOf(part: string, origin: Origin): Iterable<string> {
  const range = rangeOf(part)
  if (!range) {
    if (isHost(part)) return [part]
    throw invalid(origin.code, origin.field, part, TARGET_RANGE)
  }
  const { first, last } = range
  if (last < first || last - first >= MAXIMUM_TARGETS) throw invalid(origin.code, origin.field, part, TARGET_RANGE)
  return Array.from({ length: last - first + 1 }, (_, index) => toText(first + index))
}

/** First and last address as numbers; undefined where the text has no form of a range. */
function rangeOf(part: string): { first: number; last: number } | undefined {
  const network = /^([\d.]+)\/(\d{1,2})$/.exec(part)
  if (network && isIPv4(network[1] as string) && Number(network[2]) <= 32) {
    return networkRange(toNumber(network[1] as string), Number(network[2]))
  }
  const [from = '', to = '', more] = part.split('-')
  if (more !== undefined || !isIPv4(from) || to === '') return undefined
  const last = /^\d{1,3}$/.test(to) ? from.replace(/\d+$/, to) : to
  return isIPv4(last) ? { first: toNumber(from), last: toNumber(last) } : undefined
}

/** The hosts of a network: without its own address and its broadcast address, where it is large enough to have them. */
function networkRange(address: number, prefix: number): { first: number; last: number } {
  const size = 2 ** (32 - prefix)
  const first = Math.floor(address / size) * size
  return size > 2 ? { first: first + 1, last: first + size - 2 } : { first, last: first + size - 1 }
}

function toNumber(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0)
}

function toText(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}

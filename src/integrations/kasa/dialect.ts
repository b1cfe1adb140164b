/** How a host is spoken to: which commands, in which wrapping, where. */
export interface Dialect {
  readonly protocol: 'iot' | 'smart'
  readonly transport: 'xor' | 'klap' | 'aes' | 'tpap'
  readonly port: number
  /** Over TLS. Devices have certificates of their own making, which prove nothing. */
  readonly secure: boolean
  /** Of `aes`: how the password is written; absent: found out. */
  readonly login_version?: 1 | 2
}

/** Where devices listen that nobody has given a port of its own. */
export const PORTS = { xor: 9999, http: 80, https: 4433, discovery: [20_002, 20_004] } as const

/** The older commands as they always were; `port`: instead of the usual one. */
export function xorDialect(port: number = PORTS.xor): Dialect {
  return { protocol: 'iot', transport: 'xor', port, secure: false }
}

export function isSameDialect(one: Dialect, other: Dialect): boolean {
  return (
    one.protocol === other.protocol &&
    one.transport === other.transport &&
    one.port === other.port &&
    one.secure === other.secure &&
    one.login_version === other.login_version
  )
}

const KEPT_REQUESTS = 20
const KEPT_COMMANDS = 1000
const KEPT_METHODS = 1000

export interface LoggedRequest {
  readonly timestamp: number
  readonly over: 'tcp' | 'udp' | 'http'
  readonly text: string
}

/** What a device was asked, so that a test can look. Bounded. */
export class RequestLog {
  connections = 0
  open_connections = 0
  max_open_connections = 0
  requests = 0
  datagrams = 0
  /** Discovery probes of the newer kind. */
  probes = 0
  /** Beginnings of a session over HTTP, and how the logins that followed went. */
  handshakes = 0
  logins = 0
  refused_logins = 0
  in_flight = 0
  /** Over HTTP each exchange counts, handshakes too. 2 or more: somebody asked before the answer to the last question was sent. */
  max_in_flight = 0
  /** `module.method` -> how often; of the newer commands the method alone. */
  readonly methods = new Map<string, number>()
  /** Everything asked that could change the device: what `isCommand` says. */
  readonly commands: string[] = []
  /** The last requests, newest last. */
  readonly recent: LoggedRequest[] = []

  connected(): void {
    this.connections++
    this.open_connections++
    this.max_open_connections = Math.max(this.max_open_connections, this.open_connections)
  }

  disconnected(): void {
    this.open_connections--
  }

  /** Something has come that waits for an answer. */
  entered(): void {
    this.in_flight++
    this.max_in_flight = Math.max(this.max_in_flight, this.in_flight)
  }

  took(request: LoggedRequest): void {
    this.requests++
    if (request.over === 'udp') this.datagrams++
    keep(this.recent, request, KEPT_REQUESTS)
  }

  ended(): void {
    this.in_flight--
  }

  asked(module: string, method: string): void {
    const name = module === '' ? method : `${module}.${method}`
    const count = this.methods.get(name)
    if (count !== undefined || this.methods.size < KEPT_METHODS) this.methods.set(name, (count ?? 0) + 1)
    if (isCommand(method)) keep(this.commands, name, KEPT_COMMANDS)
  }

  /** Forgets the past; what is open or in flight now stays counted. */
  clear(): void {
    this.connections = this.requests = this.datagrams = this.probes = 0
    this.handshakes = this.logins = this.refused_logins = 0
    this.max_open_connections = this.open_connections
    this.max_in_flight = this.in_flight
    this.methods.clear()
    this.commands.length = this.recent.length = 0
  }
}

/** Whether a method could change the device. */
export function isCommand(method: string): boolean {
  return !method.startsWith('get_') && method !== 'component_nego'
}

function keep<Item>(list: Item[], item: Item, limit: number): void {
  list.push(item)
  if (list.length > limit) list.shift()
}

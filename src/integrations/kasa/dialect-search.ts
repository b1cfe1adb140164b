import type { Device } from '../../domain/device'
import { MonitorError } from '../../domain/errors'
import { PORTS, type Dialect } from './dialect'
import type { Link } from './link'

export interface DialectSearchOptions {
  readonly host: string
  /** The only one that is asked, where given. */
  readonly port: number | undefined
  /** What a discovery has shown. */
  readonly hint: Dialect | undefined
  readonly createLink: (dialect: Dialect) => Link
}

export interface FoundLink {
  readonly link: Link
  readonly devices: readonly Device[]
}

export type SearchDone = (error: MonitorError | undefined, found: FoundLink | undefined) => void

/** Finds out how a host is spoken to, by speaking to it. Used once. */
export class DialectSearch {
  private link: Link | undefined

  constructor(private readonly options: DialectSearchOptions) {}

  /** Calls back once, later. The link is the caller's then. */
  start(done: SearchDone): void {
    const { hint, port, createLink } = this.options
    const dialect: Dialect = hint ?? { protocol: 'iot', transport: 'xor', port: port ?? PORTS.xor, secure: false }
    const link = createLink(dialect)
    this.link = link
    link.describe((error, devices) => {
      this.link = undefined
      if (error || !devices) link.stop(error ?? new MonitorError('CLOSED', 'the search is over'))
      done(error, devices && { link, devices })
    })
  }

  /** Ends what is under way: `done` is called with `error`. May be called twice. */
  stop(error: MonitorError): void {
    this.link?.stop(error)
  }
}

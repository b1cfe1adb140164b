import type { Command } from '../domain/command'
import type { Credentials, Timeouts } from '../integrations/integration'

/** What a person asked the command line to do, checked. */
export type Arguments =
  { readonly name: 'help' | 'version' } | DiscoverArguments | PollArguments | CommandArguments | SimulateArguments

export interface Common {
  readonly json: boolean
  readonly port?: number
  readonly timeouts: Timeouts
  readonly credentials?: Credentials
}
export interface DiscoverArguments extends Common {
  readonly name: 'discover'
  readonly targets: readonly string[]
}
export interface PollArguments extends Common {
  readonly name: 'poll'
  readonly hosts: readonly string[]
  readonly outlet?: string
  /** Infinite: until interrupted. */
  readonly count: number
  readonly interval_s: number
}
export interface CommandArguments extends Common {
  readonly name: 'command'
  readonly host: string
  readonly outlet?: string
  readonly command: Command
}
export interface SimulateArguments {
  readonly name: 'simulate'
  readonly json: boolean
  readonly port?: number
  /** Absent: until interrupted. */
  readonly duration_s?: number
}

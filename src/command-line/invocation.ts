import type { Command } from '../domain/command'
import type { Secret } from '../domain/secret'
import type { Credentials, Timeouts } from '../integrations/integration'
import type { SpokenTransport } from '../simulator'

/** What a person asked the command line to do, checked. */
export type Invocation =
  | { readonly name: 'help' | 'version' }
  | DiscoverInvocation
  | PollInvocation
  | CommandInvocation
  | HashInvocation
  | SimulateInvocation

export interface Common {
  readonly json: boolean
  readonly port?: number
  readonly timeouts: Timeouts
  readonly credentials?: Credentials
}
export interface DiscoverInvocation extends Common {
  readonly name: 'discover'
  readonly targets: readonly string[]
}
export interface PollInvocation extends Common {
  readonly name: 'poll'
  readonly hosts: readonly string[]
  readonly outlet?: string
  /** Infinite: until interrupted. */
  readonly count: number
  readonly interval_s: number
}
export interface CommandInvocation extends Common {
  readonly name: 'command'
  readonly host: string
  readonly outlet?: string
  readonly command: Command
}
export interface Login {
  readonly username: string
  readonly password: Secret
}
export interface HashInvocation {
  readonly name: 'hash'
  readonly login: Login
}
export interface SimulateInvocation {
  readonly name: 'simulate'
  readonly json: boolean
  readonly port?: number
  /** Absent: until interrupted. */
  readonly duration_s?: number
  /** Files with recordings, served instead of the home. */
  readonly dumps: readonly string[]
  /** How the recorded devices are spoken to; absent: as their generation mostly is. */
  readonly speaks?: SpokenTransport
  /** Who may log in. */
  readonly account?: Login
}

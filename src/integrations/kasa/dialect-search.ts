import { MonitorError, toMonitorError } from '../../domain/errors'
import { PORTS, xorDialect, type Dialect } from './dialect'
import type { ProbeDone } from './discovery/host-probes'
import type { TdpAnswer } from './discovery/tdp-answer'
import { Trials, type FoundLink, type TrialsOptions } from './trials'

export interface DialectSearchOptions extends TrialsOptions {
  /** The only one that is asked, where given. */
  readonly port: number | undefined
  /** What a discovery has shown. */
  readonly hint: Dialect | undefined
  /** Asks the host by datagram how it is spoken to. Returns how to hear nothing of it any more. */
  readonly probe: (done: ProbeDone) => () => void
}

export type SearchDone = (error: MonitorError | undefined, found: FoundLink | undefined) => void

/**
 * Finds out how a host is spoken to, by speaking to it: as before or as a discovery has shown, else on port 9999; then
 * as it announces itself; then, where it lives and announces nothing, in all other ways. Used once.
 */
export class DialectSearch {
  private readonly trials: Trials
  private endProbe: (() => void) | undefined
  private stopped: MonitorError | undefined

  constructor(private readonly options: DialectSearchOptions) {
    this.trials = new Trials(options)
  }

  /** Calls back once, later. A link other than the known one is the caller's then. */
  start(done: SearchDone): void {
    this.find().then(
      (found) => done(undefined, found),
      (thrown: unknown) => done(toMonitorError(thrown), undefined),
    )
  }

  /** Ends what is under way: `done` is called with `error`. May be called twice. */
  stop(error: MonitorError): void {
    this.stopped = error
    this.trials.stop(error)
    this.endProbe?.()
  }

  private async find(): Promise<FoundLink> {
    const { known, hint, port } = this.options
    const first = known?.dialect ?? this.placed(hint) ?? xorDialect(port)
    // Before HTTP, the datagram: it wakes a server that sleeps until then, and tells of new firmware.
    const found = first.transport === 'xor' ? await this.trials.expect(first) : undefined
    return found ?? (await this.findAnnounced(first))
  }

  private async findAnnounced(first: Dialect): Promise<FoundLink> {
    const answer = await this.ask()
    if (answer?.unsupported) throw this.unsupported(answer, answer.unsupported)
    const announced = this.placed(answer?.dialect)
    const found = (announced && (await this.trials.expect(announced))) ?? (await this.trials.expect(first))
    if (found) return found
    const guessed = answer || this.trials.isAlive ? await this.guess() : undefined
    if (guessed) return guessed
    throw this.trials.verdict(announced)
  }

  private async guess(): Promise<FoundLink | undefined> {
    const { port } = this.options
    const http = { port: port ?? PORTS.http, secure: false }
    const guesses: readonly Dialect[] = [
      xorDialect(port),
      { protocol: 'smart', transport: 'klap', ...http },
      { protocol: 'iot', transport: 'klap', ...http },
      { protocol: 'smart', transport: 'tpap', ...http },
      { protocol: 'smart', transport: 'aes', ...http },
    ]
    for (const dialect of guesses) {
      const found = await this.trials.guess(dialect)
      if (found) return found
    }
    return undefined
  }

  /** Where a host has one port for everything, that is right, whatever the host says. */
  private placed(dialect: Dialect | undefined): Dialect | undefined {
    const { port } = this.options
    return dialect && port !== undefined ? { ...dialect, port } : dialect
  }

  private ask(): Promise<TdpAnswer | undefined> {
    return new Promise((resolve, reject) => {
      if (this.stopped) {
        reject(this.stopped)
        return
      }
      const cancel = this.options.probe(resolve)
      this.endProbe = () => {
        cancel()
        if (this.stopped) reject(this.stopped)
      }
    })
  }

  private unsupported({ model }: TdpAnswer, { reason, code }: NonNullable<TdpAnswer['unsupported']>): MonitorError {
    const { host } = this.options
    return new MonitorError(code, `${host}: ${model}: ${reason}`, { details: { host } })
  }
}

import type { Clock } from '../../domain/clock'
import { answerVerdict } from '../sending/answer-table'
import { troubleOf, type Trouble, type Verdict } from '../sending/verdict'
import type { Lines } from '../store'
import { ServerTimeout } from './connection-errors'
import type { Answer, InfluxConnection } from './influx-connection'
import { assertFits, recognise, type Generation, type Server } from './server-recognition'
import { VictoriaMetrics } from './victoria-metrics'

/** Where lines go on a server of one generation. */
export interface WriteTarget {
  readonly generation: Generation
  /** Paths with their queries; each stands in for the one before where a server does not know it. */
  readonly paths: (server: Server) => readonly string[]
}

/** Brings lines to whatever server it finds. */
export class InfluxWriter {
  private found: Server | undefined
  private paths: readonly string[] = []
  private victoria: VictoriaMetrics | undefined

  constructor(
    private readonly connection: InfluxConnection,
    private readonly target: WriteTarget,
    private readonly clock: Clock,
  ) {}

  /** What the server was when it was last looked at. */
  get server(): Server | undefined {
    return this.found
  }

  get grace_ms(): number {
    return this.victoria ? VictoriaMetrics.GRACE_MS : 0
  }

  /** Asks what is there. @throws MonitorError `DATABASE_UNSUPPORTED` where it is not what was chosen */
  async recognise(): Promise<Server> {
    const server = await recognise(this.connection)
    this.found = server
    assertFits(server, this.target.generation, this.connection.url)
    return server
  }

  /** See `Store.probe`. Writing nothing shows whether lines would be taken, and leaves nothing behind. */
  async probe(): Promise<void> {
    const server = await this.recognise()
    this.paths = this.target.paths(server)
    await this.follow(server)
    const verdict = await this.post('', 0)
    if ('error' in verdict) throw verdict.error
  }

  /** See `Store.send`. */
  async send(lines: Lines): Promise<Verdict> {
    try {
      if (this.paths.length === 0) await this.probe()
      if (this.victoria) return await this.victoria.send(lines, (text, count) => this.post(text, count))
      return await this.post(lines.text.toString('utf8'), lines.count)
    } catch (thrown) {
      return this.failed(thrown)
    }
  }

  private async post(body: string, count: number): Promise<Verdict> {
    const [path = '', ...others] = this.paths
    const answer = await this.connection.exchange({ method: 'POST', path, body })
    if (others.length === 0 || !isUnknownPath(answer)) return answerVerdict(answer, count, this.clock.now())
    this.paths = others
    return this.post(body, count)
  }

  private async follow({ product }: Server): Promise<void> {
    if (product !== 'VictoriaMetrics') this.victoria = undefined
    else if (!this.victoria) {
      this.victoria = new VictoriaMetrics(this.connection)
      await this.victoria.look()
    }
  }

  private failed(thrown: unknown): Trouble {
    const trouble = troubleOf(thrown)
    if (trouble.kind === 'held') return trouble
    // Another server may come back in its place.
    this.paths = []
    return thrown instanceof ServerTimeout ? { ...trouble, timed_out: true } : trouble
  }
}

/** A database that is missing is told in JSON or in words about it. */
function isUnknownPath({ status, body }: Answer): boolean {
  return status === 405 || (status === 404 && !/database|bucket/i.test(body))
}

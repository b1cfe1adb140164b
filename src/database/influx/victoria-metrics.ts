import { MonitorError } from '../../domain/errors'
import type { Verdict } from '../sending/verdict'
import type { Lines } from '../store'
import type { InfluxConnection } from './influx-connection'
import { numberLines, type NumberLines } from './number-lines'

const STARTED = /^(?:vm_app_start_timestamp|process_start_time_seconds) (\d+)/m

/**
 * What is special about VictoriaMetrics: it keeps numbers alone, would store a string as 0, and says that lines are stored
 * before they are on its disk. 1.79.5 killed after 4 s had lost all of 7,800 points; newer ones write every 5 s.
 */
export class VictoriaMetrics {
  static readonly GRACE_MS = 60_000
  private started: string | undefined
  private connections = -1

  constructor(private readonly connection: InfluxConnection) {}

  /** Takes down since when it runs. */
  async look(): Promise<void> {
    this.started = await this.startedAt()
    this.connections = this.connection.connections
  }

  async send({ text, count }: Lines, post: (numbers: string, count: number) => Promise<Verdict>): Promise<Verdict> {
    const lines = numberLines(text)
    const left = count - lines.bad.length
    const verdict = left > 0 ? await post(lines.text.toString('utf8'), left) : { kind: 'stored' as const }
    if (await this.hasRestarted()) return restarted(this.connection.url)
    return withBad(verdict, lines)
  }

  /** It may have crashed while no request was under way; then the next one runs over a new connection. */
  private async hasRestarted(): Promise<boolean> {
    if (this.connection.connections === this.connections) return false
    const before = this.started
    await this.look()
    return before !== undefined && this.started !== undefined && before !== this.started
  }

  private async startedAt(): Promise<string | undefined> {
    const { status, body } = await this.connection.exchange({ method: 'GET', path: '/metrics' })
    return status === 200 ? STARTED.exec(body)?.[1] : undefined
  }
}

function restarted(url: string): Verdict {
  const error = new MonitorError('DATABASE_UNAVAILABLE', `${url}: the server has been started anew`)
  return { kind: 'retry', error, after_ms: 0, lost_connection: true }
}

function withBad(verdict: Verdict, { bad, numbers }: NumberLines): Verdict {
  if (verdict.kind !== 'stored' || bad.length === 0) return verdict
  const others = (verdict.bad ?? []).map((line) => ({ ...line, index: numbers?.[line.index] ?? line.index }))
  return { kind: 'stored', bad: [...bad, ...others].toSorted((a, b) => a.index - b.index) }
}

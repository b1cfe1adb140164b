import { MonitorError } from '../../../domain/errors'
import type { TierMeasurement } from '../../history/record-source'
import { Turns } from '../../history/turns'
import type { Verdict } from '../../sending/verdict'
import type { Lines } from '../../store'
import type { RollUp } from '../../tiers/roll-up'
import { rollUpLine } from './roll-up-line'

/** Some kilobytes each: the text of all of them is copied several times in one turn on its way to the server. */
const ROWS_AT_A_TIME = 100

/** Brings rows to one place, all of them or it fails. */
export class RowWriter {
  constructor(
    private readonly place: string,
    private readonly measurement: TierMeasurement,
    private readonly send: (lines: Lines) => Promise<Verdict>,
  ) {}

  /** @throws MonitorError */
  async write(rows: readonly RollUp[]): Promise<void> {
    const turns = new Turns()
    for (let start = 0; start < rows.length; start += ROWS_AT_A_TIME) {
      const lines: string[] = []
      for (const row of rows.slice(start, start + ROWS_AT_A_TIME)) {
        lines.push(rollUpLine(this.measurement, row))
        if (turns.isOver) await turns.next()
      }
      await this.bring(lines)
    }
  }

  private async bring(lines: readonly string[]): Promise<void> {
    const verdict = await this.send({ text: Buffer.from(lines.join('')), count: lines.length })
    if (verdict.kind === 'too-large' && lines.length > 1) {
      const middle = lines.length >> 1
      await this.bring(lines.slice(0, middle))
      return this.bring(lines.slice(middle))
    }
    if ('error' in verdict) throw verdict.error
    const reason = refusalOf(verdict)
    if (reason === undefined) return
    throw new MonitorError('DATABASE_UNSUPPORTED', `${this.place} does not take what is rolled up: ${reason}`)
  }
}

function refusalOf(verdict: Exclude<Verdict, { readonly error: unknown }>): string | undefined {
  if (verdict.kind === 'refused') return verdict.reason
  if (verdict.kind === 'too-large') return 'a single row is too large'
  return verdict.bad?.[0]?.reason
}

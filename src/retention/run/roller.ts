import { MonitorError } from '../../domain/errors'
import { TIMESTAMP_RANGE } from '../../domain/reading'
import { coversLess, differences, sameRollUp } from '../../database/roll-up/comparison'
import type { RollUp } from '../../database/tiers/roll-up'
import { RAW, type Tier } from '../../database/tiers/tier'
import { arranged } from './arranged'
import { losesEnergy, tellsMore } from './better-row'
import { keyOf, type MadeRow, type Purpose, RowMaker } from './row-maker'
import { overlap, rowsThere } from './rows-there'
import type { Window } from './windows'
import type { Work } from './work'

const MOST_DIFFERENCES = 5

/** What became of one bucket of one device. */
export interface Rolled {
  /** As it has been made now. */
  readonly made: RollUp
  /** That which is in the store: it, or the one that was there and covers more. */
  readonly stands: RollUp
}

/** One step: makes rows, keeps the better ones, writes, reads back, compares. */
export class Roller {
  private readonly maker: RowMaker

  constructor(private readonly work: Work) {
    this.maker = new RowMaker(work)
  }

  /** @throws MonitorError `ROLL_UP_UNVERIFIED` */
  async roll(tier: Tier, window: Window, purpose: Purpose = 'roll'): Promise<Rolled[]> {
    const { store, tally } = this.work
    const rows = await rowsThere(store, tier, window, [])
    if (overlap(rows)) {
      tally.find(
        `Rows of ${tier.name} overlap, and what they share counts twice: another Node-RED with another plan has rolled up at the same moment. Let one of them do it`,
      )
    }
    const finer = await this.maker.partsOf(tier, window)
    const there = new Map(rows.map((row) => [row.device_id + row.timestamp, row]))
    const rolled: Rolled[] = []
    for (const alike of arranged(window, rows, finer)) {
      for (const each of await this.maker.make(tier, alike, purpose)) {
        const old = there.get(each.row.device_id + each.row.timestamp)
        rolled.push({ made: each.row, stands: old ? await this.better(tier, each, old, purpose) : each.row })
      }
    }
    await this.store(tier, rolled, there)
    return rolled
  }

  private async better(tier: Tier, made: MadeRow, old: RollUp, purpose: Purpose): Promise<RollUp> {
    const { row, of } = made
    if (of === 'rows that do not fit' || sameRollUp(row, old)) return old
    if (purpose === 'check') return coversLess(old, row) && !coversLess(row, old) ? row : old
    if (row.duration_ms !== old.duration_ms || coversLess(row, old) || (await this.isCutOff(tier, made, old))) {
      this.work.tally.of(tier).kept += 1
      return old
    }
    return of === 'readings' || tellsMore(row, old) ? row : old
  }

  /** The reading that energy was counted from is gone: rows tell of earlier ones, and no reading is left of them. */
  private async isCutOff(tier: Tier, { row, of }: MadeRow, old: RollUp): Promise<boolean> {
    const { raw, store } = this.work
    if (of !== 'readings' || !losesEnergy(row, old)) return false
    const before =
      raw && raw.from < row.timestamp ? await store.devices(RAW, { from: raw.from, to: row.timestamp }) : []
    if (before.includes(row.device_id)) return false
    const rolled = await store.devices(tier, { from: TIMESTAMP_RANGE.minimum, to: row.timestamp })
    return rolled.includes(row.device_id)
  }

  private async store(tier: Tier, rolled: readonly Rolled[], there: ReadonlyMap<string, RollUp>): Promise<void> {
    const { store, tally, dry } = this.work
    const isNew = ({ stands }: Rolled) => there.get(stands.device_id + stands.timestamp) !== stands
    const rows = rolled.filter(isNew).map(({ stands }) => stands)
    if (rows.length === 0) return
    if (!dry) {
      await store.write(tier, rows)
      await this.verify(tier, rows)
    }
    const again = rows.filter((row) => there.has(row.device_id + row.timestamp)).length
    tally.of(tier).rolled_again += again
    tally.of(tier).rolled_up += rows.length - again
  }

  private async verify(tier: Tier, rows: readonly RollUp[]): Promise<void> {
    const moments = rows.map(({ timestamp }) => timestamp)
    const range = { from: Math.min(...moments), to: Math.max(...moments) + 1 }
    const device_ids = [...new Set(rows.map(({ device_id }) => device_id))]
    const found = await this.work.store.read({ tier, ...range, device_ids, fields: [] })
    const there = new Map(found.map((row) => [keyOf(row), row]))
    for (const row of rows) {
      const stored = there.get(keyOf(row))
      const faults = stored ? differences(stored, row) : ['it is not there']
      if (faults.length > 0) throw unverified(tier, row, faults)
    }
  }
}

function unverified(tier: Tier, { device_id, timestamp }: RollUp, faults: readonly string[]): MonitorError {
  const some = faults.slice(0, MOST_DIFFERENCES).join('; ')
  const bucket = new Date(timestamp).toISOString()
  const message = `The row of ${device_id} in ${tier.name} from ${bucket} is read back otherwise than written: ${some}`
  return new MonitorError('ROLL_UP_UNVERIFIED', message, { details: { device_id } })
}

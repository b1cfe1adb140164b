import type { MeasuredKey } from '../../../domain/reading'
import type { FieldRollUp, RollUp } from '../../tiers/roll-up'
import type { Description } from '../sqlite-devices'
import type { FieldNumbers } from './field-numbers'
import { tierNumber } from './keyed-rows'
import { encodeField, encodeRollUp } from './roll-up-encoding'
import type { TierContext } from './tier-context'
import { ADD_TIER, deleteIn, PUT_FIELD, PUT_ROLL_UP } from './tier-statements'

/** Puts rows into the file, each call in one transaction. */
export class RollUpWriter {
  constructor(
    private readonly context: TierContext,
    private readonly fields: FieldNumbers,
  ) {}

  write(name: string, rows: readonly RollUp[]): void {
    const { statements, devices, assertInPlace } = this.context
    assertInPlace()
    statements.begin()
    try {
      const tier = this.tierOf(name)
      for (const row of rows) this.put(tier, devices.numberOf(unknown(row.device_id), 0), row)
      statements.end('COMMIT')
    } catch (error) {
      // A full disk has ended the transaction already.
      if (statements.inTransaction) statements.end('ROLLBACK')
      devices.forget()
      throw error
    }
  }

  private tierOf(name: string): number {
    const { statements } = this.context
    const known = tierNumber(statements, name)
    if (known !== undefined) return known
    statements.run(ADD_TIER, [name])
    return tierNumber(statements, name) as number
  }

  private put(tier: number, device: number, row: RollUp): void {
    const { statements } = this.context
    const { timestamp } = row
    statements.run(deleteIn('roll_up_field'), [tier, device, timestamp, timestamp + 1])
    statements.run(PUT_ROLL_UP, [tier, device, timestamp, ...encodeRollUp(row)])
    for (const key of Object.keys(row.fields) as MeasuredKey[]) {
      const values = encodeField(key, row.fields[key] as FieldRollUp, row)
      statements.run(PUT_FIELD, [tier, device, timestamp, this.fields.of(key), ...values])
    }
  }
}

/** Of a device whose readings are not in the file: the first one that comes describes it. */
function unknown(device_id: string): Description {
  return { device_id, alias: device_id, model: '', host: '' }
}

import { MEASURED_KEYS, type MeasuredKey, type Reading } from '../../domain/reading'
import { withFields } from '../routes/latest'

/** These are other in nearly every reading, and tell of the network rather than of the device. */
const RESTLESS: readonly MeasuredKey[] = ['latency_ms', 'rssi_dbm']
const STEADY = MEASURED_KEYS.filter((key) => !RESTLESS.includes(key))

/** A reading, and its text, which is made once for all who are told it. */
export class ToldReading {
  private whole: string | undefined
  private parts: Map<string, string> | undefined

  /** @param previous of the same device */
  constructor(
    readonly reading: Reading,
    private readonly previous: Reading | undefined,
  ) {}

  /** JSON. @param fields all where there are none */
  text(fields: readonly MeasuredKey[]): string {
    if (fields.length === 0) return (this.whole ??= JSON.stringify(this.reading))
    const key = fields.join()
    this.parts ??= new Map()
    const known = this.parts.get(key)
    if (known !== undefined) return known
    const text = JSON.stringify(withFields(this.reading, fields))
    this.parts.set(key, text)
    return text
  }

  /** Whether one of the fields is other than before. @param fields where there are none, all that do not always change */
  hasChanged(fields: readonly MeasuredKey[]): boolean {
    const { reading, previous } = this
    if (previous === undefined) return true
    return (fields.length === 0 ? STEADY : fields).some((key) => reading[key] !== previous[key])
  }
}

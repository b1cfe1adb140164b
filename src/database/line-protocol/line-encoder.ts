import { MEASURED_FIELDS, type MeasuredKey, type Reading } from '../../domain/reading'
import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { Point } from '../database'
import { BoundedMap } from './bounded-map'
import { decimalText, digitsOf, timestampText } from './decimal-text'
import { type FieldValue, READING, RECORDED_ENERGY } from './line'
import { measurementText, nameText, storedText, stringText } from './line-text'

const DEVICES_KEPT = 10_000
const NAMES_KEPT = 10_000
const NAME_CHARACTERS_KEPT = 128
const USED_KWH_DECIMALS = 1_000_000

type Description = Pick<Reading, 'device_id' | 'parent_id' | 'alias' | 'model' | 'host'>
type Prefix = Description & { readonly text: string }

/** How a measured key stands in a line; numbers out of the range make a reading suspect. */
interface FieldText {
  readonly name: string
  readonly digits: number
  readonly minimum: number
  readonly maximum: number
}

const FIELD_TEXTS: ReadonlyMap<string, FieldText> = new Map(
  Object.entries(MEASURED_FIELDS).map(([key, field]) => [
    key,
    field.type === 'number'
      ? { ...field, name: `,${key}=`, digits: digitsOf(field.resolution) }
      : { name: `,${key}=`, digits: 0, minimum: 0, maximum: 0 },
  ]),
)

/**
 * Makes lines of line protocol, each ended by a line break, from what has been checked. Keeps what is the same in every line
 * of a device.
 */
export class LineEncoder {
  private readonly prefixes = new BoundedMap<Prefix>(DEVICES_KEPT)
  private readonly names = new BoundedMap<string>(NAMES_KEPT)

  /** Numbers in the resolution of their field; what is unknown or no finite number is absent. */
  reading(reading: Reading): string {
    let text = this.prefixOf(reading)
    let isSuspect = reading.quality === 'suspect'
    // The few keys that a reading has, not the many that it could have.
    for (const key in reading) {
      const field = FIELD_TEXTS.get(key)
      if (field === undefined) continue
      const value = reading[key as MeasuredKey]
      if (typeof value === 'boolean') text += field.name + (value ? 'true' : 'false')
      else if (typeof value === 'number') {
        if (!(value >= field.minimum && value <= field.maximum)) isSuspect = true
        if (Number.isFinite(value)) text += field.name + decimalText(value, field.digits)
      }
    }
    text += isSuspect ? ',quality="suspect" ' : ',quality="good" '
    return `${text}${timestampText(Math.trunc(reading.timestamp))}\n`
  }

  recorded(record: RecordedEnergy): string {
    const { device_id, model, timestamp } = record
    const duration_ms = String(Math.trunc(record.duration_ms))
    const tags = { device_id, duration_ms, model }
    const used_kwh = Math.round(record.used_kwh * USED_KWH_DECIMALS) / USED_KWH_DECIMALS
    const fields = `${descriptionText(record)},used_kwh=${used_kwh}`
    return `${RECORDED_ENERGY}${this.tagsText(tags)} ${fields} ${timestampText(Math.trunc(timestamp))}\n`
  }

  point({ measurement, tags, fields, timestamp }: Point): string {
    let text = measurementText(measurement) + this.tagsText(tags)
    let separator = ' '
    for (const key of Object.keys(fields)) {
      text += `${separator}${this.nameText(key)}=${valueText(fields[key] as FieldValue)}`
      separator = ','
    }
    return `${text} ${timestampText(Math.trunc(timestamp))}\n`
  }

  private prefixOf(device: Description): string {
    const known = this.prefixes.get(device.device_id)
    if (known !== undefined && isSame(known, device)) return known.text
    const { device_id, alias, model, host, parent_id } = device
    const text = `${READING}${this.tagsText({ device_id, model })} ${descriptionText(device)}`
    this.prefixes.set(device_id, { device_id, alias, model, host, ...(parent_id !== undefined && { parent_id }), text })
    return text
  }

  /** Sorted, so that the same tags are the same text; line protocol has no empty ones. */
  private tagsText(tags: Readonly<Record<string, string>>): string {
    let text = ''
    for (const key of Object.keys(tags).sort()) {
      const value = tags[key] as string
      if (value !== '') text += `,${this.nameText(key)}=${this.nameText(value)}`
    }
    return text
  }

  private nameText(name: string): string {
    if (name.length > NAME_CHARACTERS_KEPT) return nameText(name)
    let text = this.names.get(name)
    if (text === undefined) {
      text = nameText(name)
      this.names.set(name, text)
    }
    return text
  }
}

function isSame(a: Description, b: Description): boolean {
  return a.alias === b.alias && a.model === b.model && a.host === b.host && a.parent_id === b.parent_id
}

function descriptionText({ alias, host, parent_id }: Description): string {
  const parent = parent_id === undefined ? '' : `,parent_id=${descriptiveText(parent_id)}`
  return `alias=${descriptiveText(alias)},host=${descriptiveText(host)}${parent}`
}

/** As in a tag: servers show a line break in a string as `\n`, so that nobody could read it back. */
function descriptiveText(text: string): string {
  return stringText(storedText(text))
}

function valueText(value: FieldValue): string {
  if (typeof value === 'string') return stringText(value)
  return typeof value === 'bigint' ? `${value}i` : String(value)
}

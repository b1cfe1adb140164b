import type { RecordedEnergy } from '../../domain/recorded-energy'
import type { RecordedQuery } from '../database'
import { selectRecorded, type Row, type Statements } from './sqlite-statements'
import { RECORDED_SCALE } from './sqlite-writer'

/** What devices have recorded, in the order of the query. */
export function readRecorded(statements: Statements, query: RecordedQuery): RecordedEnergy[] {
  const { from, to, device_ids, limit } = query
  const isForward = query.order === 'oldest-first'
  const order = isForward ? 'ASC' : 'DESC'
  if (device_ids.length === 0) return statements.all(selectRecorded(order, false), [from, to, limit]).map(decode)
  const sql = selectRecorded(order, true)
  const records = device_ids.flatMap((device_id) => statements.all(sql, [device_id, from, to, limit]).map(decode))
  return records.sort((one, other) => (isForward ? compare(one, other) : compare(other, one))).slice(0, limit)
}

function decode([device_id, parent_id, alias, model, host, timestamp, duration_ms, used]: Row): RecordedEnergy {
  return {
    device_id: String(device_id),
    ...(parent_id === null ? {} : { parent_id: String(parent_id) }),
    ...{ alias: String(alias), model: String(model), host: String(host) },
    timestamp: Number(timestamp),
    duration_ms: Number(duration_ms),
    used_kwh: Number(used) / RECORDED_SCALE,
  }
}

function compare(one: RecordedEnergy, other: RecordedEnergy): number {
  if (one.timestamp !== other.timestamp) return one.timestamp - other.timestamp
  if (one.device_id !== other.device_id) return one.device_id < other.device_id ? -1 : 1
  return one.duration_ms - other.duration_ms
}

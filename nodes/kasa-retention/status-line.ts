import type { TimeZone } from '../../src/domain/time-zone'
import type { RetentionReport, RetentionStatus } from '../../src/retention/retention-report'
import { reasonOf } from '../shared/database-reasons'
import type { StatusKind } from '../shared/status'

type Line = readonly [StatusKind, string]

const MEGABYTE = 1024 * 1024
const SIZES = [
  [1024 * MEGABYTE, 'GB'],
  [MEGABYTE, 'MB'],
  [1024, 'kB'],
] as const
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

/** What `kasa-retention` shows: how far it has come, or what keeps it. @param now ms since the epoch, UTC */
export function statusLine(status: RetentionStatus, zone: TimeZone, now: number): Line {
  const { state, code, message, progress, last } = status
  switch (state) {
    case 'waiting':
      return last ? ['ready', reportLine(last, zone, now)] : ['idle', 'waiting']
    case 'running':
      return ['busy', progress === undefined ? 'rolling up' : `catching up ${Math.floor(progress * 100)} %`]
    case 'lagging':
      return ['failed', `lagging: ${reasonOf(code, message ?? 'rolls up too slowly')}`]
    case 'retrying':
      return ['waiting', `${reasonOf(code, message ?? 'failed')}, tries again`]
    case 'failed':
      return ['failed', reasonOf(code, message ?? state)]
    case 'stopped':
      return ['idle', 'stopped']
  }
}

/** `hourly up to 14:00, 3 MB freed`; of a dry run what would be. */
export function reportLine(report: RetentionReport, zone: TimeZone, now: number): string {
  const { dry, tiers } = report
  const finest = tiers.find(({ watermark }) => watermark !== undefined)
  const reach = finest?.watermark === undefined ? [] : [`${finest.name} up to ${clockAt(finest.watermark, zone, now)}`]
  const words = [...(dry ? ['dry run'] : reach), ...expiredWords(report), ...heldBackWords(report)]
  return words.length === 0 ? 'nothing to roll up' : words.join(', ')
}

function expiredWords({ dry, tiers }: RetentionReport): string[] {
  const rows = tiers.reduce((sum, { expired }) => sum + expired.rows, 0)
  const bytes = tiers.reduce((sum, { expired }) => sum + (expired.bytes ?? 0), 0)
  if (rows === 0 && bytes === 0) return dry ? ['nothing to free'] : []
  const freed = bytes > 0 ? sizeText(bytes) : `${rows.toLocaleString('en-US')} rows`
  return [dry ? `would free ${freed}` : `${freed} freed`]
}

function heldBackWords({ tiers }: RetentionReport): string[] {
  const rows = tiers.reduce((sum, { held_back }) => sum + held_back, 0)
  return rows === 0 ? [] : [`${rows.toLocaleString('en-US')} rows held back`]
}

/** 3 MB; of more than a kilobyte. */
export function sizeText(bytes: number): string {
  for (const [size, unit] of SIZES) if (bytes >= size) return `${Math.round(bytes / size)} ${unit}`
  return `${Math.round(bytes)} B`
}

/** As the clocks of the zone show it: `14:00`, of another day `Nov 20`. */
function clockAt(moment: number, zone: TimeZone, now: number): string {
  const local = localAt(moment, zone)
  if (local.slice(0, 10) === localAt(now, zone).slice(0, 10)) return local.slice(11, 16)
  return `${MONTHS[Number(local.slice(5, 7)) - 1]} ${Number(local.slice(8, 10))}`
}

function localAt(moment: number, zone: TimeZone): string {
  return new Date(moment + zone.evenTime(moment).offset_ms).toISOString()
}

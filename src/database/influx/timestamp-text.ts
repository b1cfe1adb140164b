// InfluxDB 3 names no zone.
const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(?:Z|\+00:00)?$/

/** ms since the epoch from UTC as servers write it, whatever stands behind the ms; undefined where it is none. */
export function timestampOf(text: unknown): number | undefined {
  const match = typeof text === 'string' ? TIMESTAMP.exec(text) : null
  if (!match) return undefined
  const [, date, time, fraction = ''] = match
  const timestamp = Date.parse(`${date}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}Z`)
  return Number.isNaN(timestamp) ? undefined : timestamp
}

export function timestampText(timestamp: number): string {
  return new Date(timestamp).toISOString()
}

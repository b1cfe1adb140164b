const DAY_MS = 86_400_000
const SHORT_DAYS = 31

/** What a person may not expect of how long a server keeps data. */
export function retentionAdvice(retention_ms: number | undefined): string[] {
  if (retention_ms === undefined || retention_ms >= SHORT_DAYS * DAY_MS) return []
  return [`The server deletes what is older than ${daysText(retention_ms)}: history does not reach further back`]
}

export function daysText(duration_ms: number): string {
  const days = Math.round((duration_ms / DAY_MS) * 10) / 10
  return days === 1 ? 'a day' : `${days} days`
}

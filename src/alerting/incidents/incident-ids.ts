/** Makes ids that are given once, even where several are made in one millisecond or the clock is set back. */
export class IncidentIds {
  /** The moment in the newest id, which a restart must not lose. */
  newest = 0

  next(rule_id: string, device_id: string, wall_ms: number): string {
    this.newest = Math.max(wall_ms, this.newest + 1)
    return `${rule_id}/${device_id}/${this.newest.toString(36)}`
  }
}

/** How often a device is switched. As with the counter, over more than the gap only the sample before tells. */
export class Switching {
  /** In the bucket so far. */
  switches = 0
  private at = Number.NaN
  private on = Number.NaN

  constructor(private readonly maximum_gap_ms: number) {}

  /** @param on 0 or 1; NaN where the device did not say it */
  look(on: number, timestamp: number, previous: number, isInside: boolean): void {
    if (Number.isNaN(on)) return
    const isKnown = this.at === previous || timestamp - this.at <= this.maximum_gap_ms
    if (isInside && isKnown && on !== this.on) this.switches += 1
    this.at = timestamp
    this.on = on
  }
}

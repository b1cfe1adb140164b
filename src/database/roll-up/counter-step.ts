const WH_PER_KWH = 1000
/** Of what energy is shown in, 0.1 Wh at the least: what is nearer to a whole number than this is one. */
const ROUNDING_WH = 0.01

/** Of plugs; a counter that shows more than that is taken for one of these. */
export const FINEST_STEP_KWH = 1 / WH_PER_KWH

/** How finely a counter counts: the largest number of whole watt-hours that all it has risen by are multiples of. */
export class CounterStep {
  private step_wh = 0

  /** Undefined where it has not risen. */
  get kwh(): number | undefined {
    return this.step_wh === 0 ? undefined : this.step_wh / WH_PER_KWH
  }

  /** @param kwh by how much it has risen, or is known to step */
  add(kwh: number): void {
    if (this.step_wh === 1 || kwh === 0) return
    const wh = Math.abs(kwh) * WH_PER_KWH
    const whole = Math.round(wh)
    this.step_wh = Math.abs(wh - whole) > ROUNDING_WH ? 1 : commonMeasure(whole, this.step_wh)
  }

  clear(): void {
    this.step_wh = 0
  }
}

/** By Euclid. */
function commonMeasure(one: number, other: number): number {
  while (other !== 0) [one, other] = [other, one % other]
  return one
}

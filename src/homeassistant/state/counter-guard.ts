import { MEASURED_FIELDS, type Reading } from '../../domain/reading'

export const COUNTER_KEYS = ['energy_kwh', 'energy_today_kwh', 'energy_month_kwh', 'energy_total_kwh'] as const
export type CounterKey = (typeof COUNTER_KEYS)[number]

/** Home Assistant takes a fall to less than this part for a new cycle, and a smaller one for energy that flows back. */
const DIP = 0.9
/** False single values occur (home-assistant/core 121255, 160781): two readings have to agree on a new cycle. */
const READINGS_TO_RESET = 2

interface Level {
  /** What is shown. */
  kwh: number
  /** Whether the latest reading told the counter at all. */
  told: boolean
  /** How many readings in a row were of a new cycle, and what the last one said. */
  falls: number
  fallen_kwh: number
}

/** The counters of one device as statistics can bear them: small dips are held, a real new beginning passes. */
export class CounterGuard {
  private readonly levels = new Map<CounterKey, Level>()

  /** Each reading once: a false value has to have the chance to be alone. */
  take(reading: Reading): void {
    for (const key of COUNTER_KEYS) this.observe(key, reading[key], reading.quality)
  }

  /** Absent where the latest reading does not tell it. */
  level(key: CounterKey): number | undefined {
    const level = this.levels.get(key)
    return level?.told ? level.kwh : undefined
  }

  private observe(key: CounterKey, kwh: number | undefined, quality: Reading['quality']): void {
    const level = this.levels.get(key)
    if (level) level.told = kwh !== undefined
    // Which of its values are wrong, a suspect reading does not say.
    if (kwh === undefined || quality === 'suspect' || !isPossible(key, kwh)) return
    if (!level) this.levels.set(key, { kwh, told: true, falls: 0, fallen_kwh: 0 })
    else if (kwh >= level.kwh) settle(level, kwh)
    else if (kwh >= level.kwh * DIP) level.falls = 0
    else fall(level, kwh)
  }
}

function settle(level: Level, kwh: number): void {
  level.kwh = kwh
  level.falls = 0
}

function fall(level: Level, kwh: number): void {
  level.falls = level.falls > 0 && kwh >= level.fallen_kwh * DIP ? level.falls + 1 : 1
  level.fallen_kwh = kwh
  if (level.falls >= READINGS_TO_RESET) settle(level, kwh)
}

function isPossible(key: CounterKey, kwh: number): boolean {
  const { minimum, maximum } = MEASURED_FIELDS[key]
  return kwh >= minimum && kwh <= maximum
}

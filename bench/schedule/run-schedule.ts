import { systemClock } from '../../src/domain/clock'
import { Schedule } from '../../src/polling/schedule'
import { cpuSince_us, percentile } from '../support/statistics'

// One turn in a process of its own: `run-schedule NAME COUNT SECONDS`, with --expose-gc.

export interface ScheduleFigures {
  readonly fires_per_s: number
  readonly cpu_percent: number
  readonly late_p50_ms: number
  readonly late_p99_ms: number
  readonly bytes_per_device: number
}

const INTERVALS_MS = [1000, 2000, 5000, 10_000, 30_000, 60_000]
const [name, countText, secondsText] = process.argv.slice(2)
const count = Number(countText)
const lateness = new Float32Array(4_000_000)
let fires = 0
let random = 1

/** The same jittered intervals for each contender. */
function interval_ms(slot: number): number {
  random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0
  const base = INTERVALS_MS[slot % INTERVALS_MS.length] as number
  return base * (0.8 + (0.4 * random) / 2 ** 32)
}

function fired(late_ms: number): void {
  if (fires < lateness.length) lateness[fires] = late_ms
  fires++
}

function runWheel(): void {
  const due = new Float64Array(count)
  const schedule = new Schedule(systemClock, (slots, length) => {
    const now = performance.now()
    for (let index = 0; index < length; index++) {
      const slot = slots[index] as number
      fired(now - (due[slot] as number))
      const wait = interval_ms(slot)
      due[slot] = now + wait
      schedule.set(slot, wait, now)
    }
  })
  schedule.grow(count)
  const now = performance.now()
  for (let slot = 0; slot < count; slot++) {
    const wait = interval_ms(slot)
    due[slot] = now + wait
    schedule.set(slot, wait, now)
  }
  schedule.start()
}

function runTimers(): void {
  const arm = (slot: number) => {
    const wait = interval_ms(slot)
    const due = performance.now() + wait
    setTimeout(() => {
      fired(performance.now() - due)
      arm(slot)
    }, wait)
  }
  for (let slot = 0; slot < count; slot++) arm(slot)
}

function memory(): number {
  global.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const before = memory()
if (name === 'wheel') runWheel()
else runTimers()
// The moments at which each is due belong to the measurement, not to the wheel.
const bookkeeping = name === 'wheel' ? 8 * count : 0
const bytes_per_device = (memory() - before - bookkeeping) / count

setTimeout(() => {
  fires = 0
  const cpu = process.cpuUsage()
  const begin = performance.now()
  setTimeout(
    () => {
      const elapsed_ms = performance.now() - begin
      const measured = lateness.subarray(0, Math.min(fires, lateness.length))
      const figures: ScheduleFigures = {
        fires_per_s: (1000 * fires) / elapsed_ms,
        cpu_percent: cpuSince_us(cpu) / elapsed_ms / 10,
        late_p50_ms: percentile(measured, 50),
        late_p99_ms: percentile(measured, 99),
        bytes_per_device,
      }
      process.send?.(figures, () => process.exit(0))
    },
    Number(secondsText) * 1000,
  )
}, 1500)

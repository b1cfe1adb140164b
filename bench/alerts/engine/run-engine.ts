import type { AlertEngine } from '../../../src/alerting/alert-engine'
import { cpuSince_us } from '../../support/statistics'
import type { Figures } from '../../support/turns'
import { ReadingSource, rulesOf, type Spread } from '../rules'
import { startEngine } from '../start-engine'

// Readings into the engine itself: `run-engine SPREAD RULES DEVICES SECONDS`.

const BATCH = 1000
const WARM_UP_S = 0.5

async function main(): Promise<void> {
  const [spread, rules, devices, seconds] = process.argv.slice(2) as [Spread, string, string, string]
  const engine = await startEngine(rulesOf(spread, Number(rules)))
  const source = new ReadingSource(Number(devices))
  await take(engine, source, WARM_UP_S)
  const figures = await take(engine, source, Number(seconds))
  await engine.stop()
  process.send?.(figures, () => process.exit(0))
}

async function take(engine: AlertEngine, source: ReadingSource, seconds: number): Promise<Figures> {
  const cpu = process.cpuUsage()
  let [readings, busy_ms] = [0, 0]
  while (busy_ms < seconds * 1000) {
    const batch = Array.from({ length: BATCH }, () => source.take(Date.now()))
    const begin = performance.now()
    for (const reading of batch) engine.takeReading(reading)
    busy_ms += performance.now() - begin
    readings += BATCH
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    readings_per_s: (readings / busy_ms) * 1000,
    us_per_reading: (busy_ms / readings) * 1000,
    cpu_us_with_making_them: cpuSince_us(cpu) / readings,
  }
}

void main()

import { setTimeout as pause } from 'node:timers/promises'
import type { AlertEngine } from '../../../src/alerting/alert-engine'
import { kasa } from '../../../src/integrations/kasa/kasa'
import { Fleet } from '../../../src/polling/fleet'
import { cpuSince_us } from '../../support/statistics'
import type { Figures } from '../../support/turns'
import { startEngine } from '../start-engine'

// A fleet whose readings go to rules: `run-polls SECONDS DEVICES PORT RULES`, rule by rule for a device of its own.

const INTERVAL_MS = 1000
const WARM_UP_MS = 4000

async function main(): Promise<void> {
  const [seconds, devices, port, rules] = process.argv.slice(2).map(Number) as [number, number, number, number]
  const fleet = new Fleet({
    integrations: [kasa],
    hosts: [],
    interval: { minimum_ms: INTERVAL_MS, maximum_ms: INTERVAL_MS },
    report: (error) => {
      throw error
    },
  })
  let polls = 0
  const ids = new Set<string>()
  let engine: AlertEngine | undefined
  fleet.subscribe({
    onReading: (reading) => {
      polls++
      ids.add(reading.device_id)
      engine?.takeReading(reading)
    },
  })
  await fleet.start()
  for (let index = 0; index < devices; index++) {
    const host = `127.10.${index >> 8}.${index & 255}`
    fleet.add({ host, port }, (index * INTERVAL_MS) / devices)
  }
  await pause(WARM_UP_MS / 2)
  if (rules > 0) engine = await startEngine(rulesFor([...ids].slice(0, rules)))
  await pause(WARM_UP_MS / 2)
  polls = 0
  const cpu = process.cpuUsage()
  await pause(seconds * 1000)
  const figures: Figures = { polls_per_s: polls / seconds, cpu_us_per_poll: cpuSince_us(cpu) / polls }
  process.send?.(figures, () => process.exit(0))
}

/** For each of these devices a rule of its own. */
function rulesFor(ids: readonly string[]): object[] {
  const condition = { kind: 'above', key: 'power_w', value: 1e6 }
  return ids.map((id) => ({ id: `rule-${id}`, devices: [id], condition, for_s: 60 }))
}

void main()

import { connectAsync } from 'mqtt'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { cpuSince_us } from '../../support/statistics'
import type { Figures } from '../../support/turns'
import { plugReading, plugs } from '../plugs'
import { startBridge } from '../start-bridge'

// Readings of 1,000 plugs, each once a second, to a broker: `run-states CONTENDER SECONDS URL`.

const DEVICES = 1000
/** So many in each go, as a poller brings them. */
const IN_A_GO = 10
const GO_MS = (1000 * IN_A_GO) / DEVICES
/** All devices are announced by then. */
const WARM_UP_S = 10
/** Every change of power is a message, so that each device says something every second. */
const EVERY_CHANGE = { rates: [{ key: 'power_w', deadband: 0, every_s: 0 }] }

interface Contender {
  take(index: number, round: number): void
  published(): number
}

const CONTENDERS: Readonly<Record<string, (url: string) => Promise<Contender>>> = {
  bridge: (url) => bridge(url, {}),
  'bridge-every-change': (url) => bridge(url, EVERY_CHANGE),
  'bare-mqtt': bare,
}

async function bridge(url: string, given: object): Promise<Contender> {
  const own = await startBridge(url, { announcements_per_s: 1000, ...given })
  for (const device of plugs(DEVICES)) own.takeDevice(device)
  return {
    take: (index, round) => own.takeReading(plugReading(index, round)),
    published: () => own.status().broker.published,
  }
}

/** What a flow of a function and an mqtt node does, without Node-RED: every reading as it is. */
async function bare(url: string): Promise<Contender> {
  const client = await connectAsync(url, { protocolVersion: 5 })
  let published = 0
  return {
    take: (index, round) => {
      const reading = plugReading(index, round)
      client.publish(`bare/${reading.device_id}/state`, JSON.stringify(reading), { retain: true, qos: 0 })
      published++
    },
    published: () => published,
  }
}

async function main(): Promise<void> {
  const [name = '', seconds, url = ''] = process.argv.slice(2)
  const contender = await CONTENDERS[name]?.(url)
  if (!contender) throw new Error(`there is no contender '${name}'`)
  let readings = 0
  const timer = setInterval(() => {
    for (let end = readings + IN_A_GO; readings < end; readings++) {
      contender.take(readings % DEVICES, Math.floor(readings / DEVICES))
    }
  }, GO_MS)
  await pause(WARM_UP_S * 1000)
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  const before = { readings, published: contender.published(), cpu: process.cpuUsage() }
  await pause(Number(seconds) * 1000)
  delays.disable()
  clearInterval(timer)
  const taken = readings - before.readings
  const figures: Figures = {
    readings_per_s: taken / Number(seconds),
    published_per_s: (contender.published() - before.published) / Number(seconds),
    cpu_us_per_reading: cpuSince_us(before.cpu) / taken,
    delay_p99_ms: delays.percentile(99) / 1e6,
    max_delay_ms: delays.max / 1e6,
  }
  process.send?.(figures, () => process.exit(0))
}

function pause(duration_ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, duration_ms))
}

void main()

import { kasa } from '../../src/integrations/kasa/kasa'
import { Fleet } from '../../src/polling/fleet'

// Memory that a fleet of COUNT devices adds to a process, sockets open and first readings in: `idle-memory COUNT PORT`,
// with --expose-gc.

const [count, port] = process.argv.slice(2).map(Number) as [number, number]
const pause = (duration_ms: number) => new Promise((resolve) => setTimeout(resolve, duration_ms))

function rss(): number {
  global.gc?.()
  global.gc?.()
  return process.memoryUsage().rss
}

async function main(): Promise<void> {
  const hosts = Array.from({ length: count }, (_, index) => ({ host: `127.10.${index >> 8}.${index & 255}`, port }))
  await pause(500)
  const before = rss()
  const fleet = new Fleet({ integrations: [kasa], hosts, interval: { minimum_ms: 60_000, maximum_ms: 3_600_000 } })
  await fleet.start()
  const online = () => fleet.devices().filter(({ state }) => state === 'online').length
  for (let waited = 0; online() < count; waited++) {
    if (waited > 120) throw new Error(`${online()} of ${count} devices are online after two minutes`)
    await pause(1000)
  }
  await pause(2000)
  const bytes = (rss() - before) / count
  await fleet.stop()
  process.send?.(bytes, () => process.exit(0))
}

void main()

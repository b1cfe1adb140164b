import { connectAsync } from 'mqtt'
import type { Figures } from '../../support/turns'
import { plugReading, plugs } from '../plugs'
import { startBridge } from '../start-bridge'

// How long until a subscriber knows 1,000 devices, and how fast it was told: `run-start URL`.

const DEVICES = 1000
/** The bridge is one too. */
const ANNOUNCEMENTS = DEVICES + 1

async function main(): Promise<void> {
  const [url = ''] = process.argv.slice(2)
  const client = await connectAsync(url)
  const arrivals_ms: number[] = []
  const begin_ms = performance.now()
  const done = new Promise<void>((resolve) => {
    client.on('message', (topic) => {
      arrivals_ms.push(performance.now() - begin_ms)
      if (arrivals_ms.length === ANNOUNCEMENTS) resolve()
      if (!topic.endsWith('/config')) throw new Error(`nobody asked for ${topic}`)
    })
  })
  await client.subscribeAsync('homeassistant/device/#')
  const bridge = await startBridge(url, {})
  for (const [index, device] of plugs(DEVICES).entries()) {
    bridge.takeDevice(device)
    bridge.takeReading(plugReading(index, 0))
  }
  await done
  const figures: Figures = {
    announced_s: Math.max(...arrivals_ms) / 1000,
    max_in_a_second: mostInASecond(arrivals_ms),
  }
  process.send?.(figures, () => process.exit(0))
}

function mostInASecond(arrivals_ms: readonly number[]): number {
  let [most, first] = [0, 0]
  arrivals_ms.forEach((arrival_ms, index) => {
    while (arrival_ms - (arrivals_ms[first] ?? 0) > 1000) first++
    most = Math.max(most, index - first + 1)
  })
  return most
}

void main()

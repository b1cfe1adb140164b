import { BenchNodeRed } from '../../support/node-red'
import { cpuSince_us } from '../../support/statistics'
import { readingOf, skewedIndices } from '../readings'
import type { Figures } from '../../support/turns'
import { FLOWS, type FlowName } from './flows'

// Messages that ask for values that are there, in a Node-RED of its own: `run-messages NAME SECONDS`.

const ENTRIES = 1000
const IN_FLIGHT = 100
const WARM_UP_S = 1

async function main(): Promise<void> {
  const [name, seconds] = process.argv.slice(2)
  const nodeRed = new BenchNodeRed()
  await nodeRed.start(FLOWS[name as FlowName])
  const topics = Array.from({ length: ENTRIES }, (_, device) => `reading:${device}`)
  for (const [device, topic] of topics.entries()) nodeRed.send('set', { topic, payload: readingOf(device) })
  const asked = Array.from(skewedIndices(ENTRIES), (index) => topics[index] as string)
  const asker = new Asker(nodeRed, asked)
  await asker.ask(WARM_UP_S)
  const figures = await asker.ask(Number(seconds))
  await nodeRed.stop()
  process.send?.(figures, () => process.exit(0))
}

/** The next message goes when one has come out. */
class Asker {
  private next = 0
  private onHit = (): void => {}

  constructor(
    private readonly nodeRed: BenchNodeRed,
    private readonly topics: readonly string[],
  ) {
    nodeRed.onReceive((node) => {
      if (node === 'hit') this.onHit()
    })
  }

  ask(seconds: number): Promise<Figures> {
    const [begin, cpu] = [performance.now(), process.cpuUsage()]
    let [messages, in_flight] = [0, IN_FLIGHT]
    return new Promise((resolve) => {
      this.onHit = () => {
        messages++
        const elapsed_ms = performance.now() - begin
        if (elapsed_ms < seconds * 1000) this.send()
        else if (--in_flight === 0) {
          resolve({ messages_per_s: (messages / elapsed_ms) * 1000, cpu_us: cpuSince_us(cpu) / messages })
        }
      }
      for (let place = 0; place < IN_FLIGHT; place++) this.send()
    })
  }

  private send(): void {
    const topic = this.topics[this.next++ % this.topics.length]
    this.nodeRed.send('get', { topic, payload: '' })
  }
}

void main()

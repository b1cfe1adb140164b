import { BenchNodeRed } from '../../support/node-red'
import { cpuSince_us } from '../../support/statistics'
import type { Figures } from '../../support/turns'
import { DEVICES, ReadingSource, type Spread } from '../rules'
import { type Contender, flowOf } from './flows'

// Readings as messages, in a Node-RED of its own: `run-messages CONTENDER SPREAD RULES SECONDS`.

const IN_FLIGHT = 20
const WARM_UP_S = 1

async function main(): Promise<void> {
  const [contender, spread, rules, seconds] = process.argv.slice(2) as [Contender, Spread, string, string]
  const { nodes, last, times } = flowOf(contender, spread, Number(rules))
  const nodeRed = new BenchNodeRed()
  await nodeRed.start(nodes)
  // Without a rule of their own, readings come to no end that could be seen: only those that have one are sent.
  const devices = spread === 'own' ? Math.min(Number(rules), DEVICES.own) : DEVICES.every
  const sender = new Sender(nodeRed, new ReadingSource(devices), times)
  if (last === 'in') nodeRed.onComplete(() => sender.dealtWith())
  else nodeRed.onReceive((node) => void (node.startsWith(last) && sender.dealtWith()))
  await sender.run(WARM_UP_S)
  const figures = await sender.run(Number(seconds))
  await nodeRed.stop()
  process.send?.(figures, () => process.exit(0))
}

/** The next reading goes when one has been dealt with. */
class Sender {
  private ends = 0
  private onReading = (): void => {}

  constructor(
    private readonly nodeRed: BenchNodeRed,
    private readonly source: ReadingSource,
    private readonly times: number,
  ) {}

  /** One of the nodes at the end has had a reading. */
  dealtWith(): void {
    if (++this.ends % this.times === 0) this.onReading()
  }

  run(seconds: number): Promise<Figures> {
    const [begin, cpu] = [performance.now(), process.cpuUsage()]
    let [readings, in_flight] = [0, IN_FLIGHT]
    return new Promise((resolve) => {
      this.onReading = () => {
        readings++
        const elapsed_ms = performance.now() - begin
        if (elapsed_ms < seconds * 1000) this.send()
        else if (--in_flight === 0) {
          resolve({ readings_per_s: (readings / elapsed_ms) * 1000, cpu_us: cpuSince_us(cpu) / readings })
        }
      }
      for (let place = 0; place < IN_FLIGHT; place++) this.send()
    })
  }

  private send(): void {
    const payload = this.source.take(Date.now())
    this.nodeRed.send('in', { topic: payload.device_id, payload })
  }
}

void main()

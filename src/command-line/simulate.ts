import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { addHome, Simulator, type SimulatedDevice } from '../simulator'
import type { SimulateInvocation } from './invocation'
import type { Output } from './output'
import { table, type Column } from './table'

const COLUMNS: readonly Column<SimulatedDevice>[] = [
  { title: 'host', text: ({ host }) => host },
  { title: 'port', text: ({ port }) => String(port), right: true },
  { title: 'alias', text: ({ alias }) => alias },
  { title: 'model', text: ({ model }) => model },
]

/** Serves a home until interrupted, or for a while. */
export async function simulate(
  { port, duration_s, json }: SimulateInvocation,
  output: Output,
  signal: AbortSignal,
): Promise<void> {
  const simulator = new Simulator(port === undefined ? {} : { port })
  addHome(simulator)
  try {
    await simulator.start()
    const lines = json ? simulator.devices.map(asJson) : table(COLUMNS, simulator.devices)
    for (const line of lines) output.line(line)
    await ended(duration_s, signal)
  } finally {
    await simulator.stop()
  }
}

async function ended(duration_s: number | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  if (duration_s === undefined) await once(signal, 'abort')
  else await wait(duration_s * 1000, undefined, { signal }).catch(() => undefined)
}

function asJson({ host, port, alias, model, device_id, mac }: SimulatedDevice): string {
  return JSON.stringify({ host, port, alias, model, device_id, mac })
}

import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { addHome, Simulator, type Account, type SimulatedDevice } from '../simulator'
import type { SimulateInvocation } from './invocation'
import type { Output } from './output'
import { readRecording } from './recordings'
import { table, type Column } from './table'

/** Not everybody may open port 80; discovery tells this one. */
const HTTP_PORT = 20_080

const COLUMNS: readonly Column<SimulatedDevice>[] = [
  { title: 'host', text: ({ host }) => host },
  { title: 'port', text: ({ port }) => String(port), right: true },
  { title: 'alias', text: ({ alias }) => alias },
  { title: 'model', text: ({ model }) => model },
]

/** Serves a home, or recorded devices, until interrupted or for a while. */
export async function simulate(invocation: SimulateInvocation, output: Output, signal: AbortSignal): Promise<void> {
  const { port, duration_s, json } = invocation
  const simulator = new Simulator(port === undefined ? { http_port: HTTP_PORT } : { port })
  await addDevices(simulator, invocation)
  try {
    await simulator.start()
    const lines = json ? simulator.devices.map(asJson) : table(COLUMNS, simulator.devices)
    for (const line of lines) output.line(line)
    await ended(duration_s, signal)
  } finally {
    await simulator.stop()
  }
}

async function addDevices(simulator: Simulator, { dumps, speaks, account }: SimulateInvocation): Promise<void> {
  const owner: { account?: Account } = account
    ? { account: { username: account.username, password: account.password.reveal() } }
    : {}
  if (dumps.length === 0) addHome(simulator, owner)
  for (const { dump, identity } of await Promise.all(dumps.map(readRecording))) {
    simulator.addDump(dump, { ...identity, ...owner, ...(speaks ? { speaks } : {}) })
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

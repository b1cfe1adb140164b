import assert from 'node:assert/strict'
import { after, before, describe, it } from 'mocha'
import type { Reading } from '../../src/domain/reading'
import { kasa } from '../../src/integrations/kasa/kasa'
import { Fleet } from '../../src/polling/fleet'
import { Simulator, SIMULATED_ACCOUNT } from '../../src/simulator'
import { kasaMonitor } from '../command-line/kasa-monitor'
import { credentialsOf } from '../support/kasa'
import { startNodeRed, type FlowNode } from '../support/node-red'
import { hasRecordings, measured, whatIs, WITHOUT_RECORDINGS } from '../support/recordings'
import { serveRecordings, type ServedDevice } from '../support/served-recordings'
import { fleetNode } from '../support/simulated-fleet'

const PATIENCE_MS = 40_000
/** A busy machine may need it; nothing waits for it otherwise. */
const REPLY_MS = 20_000

/** What came of one way to read all devices at once. */
class Readings {
  private readonly expected = new Map<string, object>()
  private readonly latest = new Map<string, object>()
  private readonly energies = new Map<string, number | undefined>()
  private readonly open: Set<string>
  /** Readings that say of a device what is not so. */
  readonly wrong: object[] = []

  constructor(devices: readonly ServedDevice[]) {
    for (const device of devices) this.expected.set(device.device_id, readingOf(device))
    this.open = new Set(this.expected.keys())
  }

  get isComplete(): boolean {
    return this.open.size === 0
  }

  add(reading: Reading): void {
    const expected = this.expected.get(reading.device_id)
    if (!expected) return
    const { energy_kwh, ...rest } = measured(reading)
    this.latest.set(reading.device_id, rest)
    this.energies.set(reading.device_id, energy_kwh)
    // Until a strip's outlets have been read, it knows no sum of them.
    if (!isPartOf(rest, expected)) this.wrong.push(rest)
    else if (isPartOf(expected, rest)) this.open.delete(reading.device_id)
  }

  of(device_id: string): object | undefined {
    return this.latest.get(device_id)
  }

  energyOf(device_id: string): number | undefined {
    return this.energies.get(device_id)
  }
}

/** Without the moment and the way it was taken. */
function readingOf({ what: _what, reading, ...identity }: ServedDevice): object {
  return { ...identity, quality: 'good', ...reading }
}

function isPartOf(part: object, whole: object): boolean {
  const values = new Map(Object.entries(whole))
  return Object.entries(part).every(([key, value]) => values.get(key) === value)
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !condition() && Date.now() < deadline;) {
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('every recorded device, over everything that its model speaks', function () {
  this.timeout(PATIENCE_MS + 20_000)
  if (!hasRecordings) {
    it('is not there', () => console.log(WITHOUT_RECORDINGS))
    return
  }

  const simulator = new Simulator({ port: 0 })
  const served = serveRecordings(simulator)
  const hosts = served.map(({ host }) => host)
  const all = served.flatMap(({ devices }) => devices)
  const readings = {
    'the poller': new Readings(all),
    'the command line': new Readings(all),
    'a flow': new Readings(all),
  }
  let fleet: Fleet
  before(() => simulator.start())
  after(() => simulator.stop())

  before('the poller reads all', async () => {
    fleet = new Fleet({
      integrations: [kasa],
      hosts: hosts.map((host) => ({ host })),
      port: simulator.port,
      credentials: credentialsOf(SIMULATED_ACCOUNT),
      interval: { minimum_ms: 1000, maximum_ms: 2000 },
      timeouts: { connect_ms: REPLY_MS, reply_ms: REPLY_MS },
    })
    const { 'the poller': heard } = readings
    fleet.subscribe({ onReading: (reading) => heard.add(reading) })
    await fleet.start()
    await until(() => heard.isComplete)
  })
  after(() => fleet.stop())

  before('the command line reads all', async () => {
    const { username, password } = SIMULATED_ACCOUNT
    const { code, lines, errors } = await kasaMonitor(
      ['poll', ...hosts, '--json', '--port', String(simulator.port), '--timeout-ms', String(REPLY_MS)],
      { KASA_USERNAME: username, KASA_PASSWORD: password },
    )
    assert.deepEqual([code, errors], [0, []])
    for (const line of lines) readings['the command line'].add(JSON.parse(line) as Reading)
  })

  before('a flow reads all', async () => {
    const nodeRed = await startNodeRed()
    const limits = { fastest_s: 1, slowest_s: 2, connect_s: REPLY_MS / 1000, reply_s: REPLY_MS / 1000 }
    const poll: FlowNode = { id: 'poll', type: 'kasa-poll', fleet: 'fleet', wires: [['readings'], ['events']] }
    await nodeRed.deploy([fleetNode(simulator, simulator.devices, limits), poll], { fleet: { ...SIMULATED_ACCOUNT } })
    const { 'a flow': heard } = readings
    let taken = 0
    await until(() => {
      const messages = nodeRed.received('readings')
      for (; taken < messages.length; taken++) heard.add(messages[taken]?.payload as Reading)
      return heard.isComplete
    })
    await nodeRed.deploy([])
  })

  for (const name of new Set(served.map(({ name }) => name))) {
    const transports = served.filter((each) => each.name === name)
    it(`${name} is read alike over ${transports.map(({ over }) => over).join(', ')}`, () => {
      for (const { over, devices } of transports) {
        for (const device of devices) {
          for (const [way, heard] of Object.entries(readings)) {
            assert.deepEqual(heard.of(device.device_id), readingOf(device), `${way} over ${over}`)
          }
        }
      }
    })
  }

  it('is never said to be what it is not', () => {
    for (const [way, { wrong }] of Object.entries(readings)) assert.deepEqual(wrong, [], way)
  })

  it('has its energy counted where it has a counter, or measures power', () => {
    for (const { device_id, reading } of all) {
      const { power_w, energy_total_kwh, energy_today_kwh } = reading
      for (const way of ['the poller', 'a flow'] as const) {
        const energy_kwh = readings[way].energyOf(device_id)
        if (energy_total_kwh !== undefined) assert.equal(energy_kwh, energy_total_kwh)
        else if (energy_today_kwh !== undefined) assert.equal(energy_kwh, 0)
        else assert.equal(energy_kwh !== undefined, power_w !== undefined)
      }
    }
  })

  it('is described as what it is and what it can do', () => {
    const known = new Map(fleet.devices().map(({ device }) => [device?.device_id, device]))
    for (const { device_id, parent_id, what } of all) {
      const device = known.get(device_id)
      assert.equal(device?.parent_id, parent_id)
      if (what) assert.deepEqual(device && whatIs(device), what)
    }
  })
})

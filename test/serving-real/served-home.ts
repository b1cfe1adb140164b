import { join } from 'node:path'
import { Simulator } from '../../src/simulator'
import { PROJECT } from '../support/node-red'
import { NodeRedProcess, type NodeRedVersion } from '../support/node-red-process'
import { fleetNode } from '../support/simulated-fleet'
import { soon } from '../support/soon'
import { makeStore } from '../support/sqlite'
import { fill, months } from '../system/retention/months'

const VERSION: NodeRedVersion = {
  title: '4.1',
  node: process.execPath,
  red: join(PROJECT, 'node_modules', 'node-red', 'red.js'),
}
const DAYS = 10
const ZONE = 'Europe/Berlin'
const ON_TAB = { z: 'tab', x: 0, y: 0 }

export const COMMAND_KEY = 'a-key-that-may-command'

/** A Node-RED with simulated devices, readings of some days, alerts that fire, and three APIs. */
export class ServedHome {
  // An editor at the root reads every body first, and answers in HTML where one is no JSON.
  readonly nodeRed = new NodeRedProcess(VERSION, { packs: [PROJECT], settings: "httpAdminRoot: '/admin'," })
  private readonly simulator = new Simulator({ port: 0 })

  /** Everything, with a key that may command. */
  get whole(): string {
    return `${this.nodeRed.url}/kasa`
  }

  /** Whoever reaches it may read. */
  get open(): string {
    return `${this.nodeRed.url}/open`
  }

  /** Without a database. */
  get bare(): string {
    return `${this.nodeRed.url}/bare`
  }

  /** Resolves when every device has been met, and alerts have fired. */
  async start(): Promise<void> {
    const { simulator, nodeRed } = this
    simulator.addPlug({ alias: 'Kettle', model: 'KP115(EU)' })
    simulator.addStrip({ alias: 'Desk', model: 'HS300(US)' })
    simulator.addBulb({ alias: '=Lamp, "left"', model: 'KL130(EU)' })
    simulator.addDimmer({ alias: 'Hallway' })
    await simulator.start()
    const file = join(nodeRed.userDir, 'home.sqlite')
    await fill(makeStore(file), months(['fridge', 'kettle', 'lamp'], DAYS).readings)
    await nodeRed.start()
    const deployed = await nodeRed.request('POST', 'admin/flows', JSON.stringify({ flows: this.flow(file) }))
    if (!deployed.ok) throw new Error(await deployed.text())
    await soon(async () => {
      const { incidents } = await this.told<{ incidents: unknown[] }>('/incidents')
      if ((await this.deviceIds()).length < 10 || incidents.length === 0) throw new Error('not all is there yet')
    }, 30_000)
  }

  /** Of what the fleet has met, and of what is in the database alone. */
  async deviceIds(): Promise<string[]> {
    const { readings } = await this.told<{ readings: { device_id: string }[] }>('/latest')
    return readings.map(({ device_id }) => device_id)
  }

  async stop(): Promise<void> {
    await this.nodeRed.stop()
    await this.simulator.stop()
  }

  private async told<Body>(target: string): Promise<Body> {
    const reply = await fetch(this.open + target)
    if (!reply.ok) throw new Error(await reply.text())
    return (await reply.json()) as Body
  }

  private flow(file: string): object[] {
    const { simulator } = this
    const rule = { id: 'on', name: 'On', severity: 'warning', condition: { kind: 'above', key: 'power_w', value: -1 } }
    const unlimited = { ...ON_TAB, type: 'kasa-api', requests_per_min: 0, status_ms: 500, wires: [[]] }
    return [
      { id: 'tab', type: 'tab', label: 'home' },
      fleetNode(simulator, simulator.devices),
      { id: 'database', type: 'kasa-database', file },
      { id: 'tariff', type: 'kasa-tariff', name: 'Home', time_zone: ZONE },
      { ...ON_TAB, id: 'poll', type: 'kasa-poll', fleet: 'fleet', wires: [['write', 'alert'], []] },
      { ...ON_TAB, id: 'write', type: 'kasa-write', database: 'database', wires: [] },
      { ...ON_TAB, id: 'alert', type: 'kasa-alert', rules: [rule], wires: [[], [], [], []] },
      { ...ON_TAB, id: 'metrics', type: 'kasa-metrics', wires: [[], []] },
      { ...ON_TAB, id: 'retention', type: 'kasa-retention', database: 'database', time_zone: ZONE, wires: [[], []] },
      {
        ...unlimited,
        ...{ id: 'whole', path: '/kasa', fleet: 'fleet', database: 'database', tariff: 'tariff' },
        ...{ commands: 'yes', commands_per_min: 6000 },
        keys: [{ slot: 1, name: 'tester', right: 'command' }],
        credentials: { key_1: COMMAND_KEY },
      },
      { ...unlimited, id: 'open', path: '/open', fleet: 'fleet', database: 'database' },
      { ...unlimited, id: 'bare', path: '/bare', fleet: 'fleet' },
    ]
  }
}

import { Client } from 'tplink-smarthome-api'
import { Simulator, type SimulatedDevice } from '../../../src/simulator'
import type { Mosquitto } from '../../support/mosquitto'
import { fleetNode } from '../../support/simulated-fleet'

/** Where it does not matter how a meter flickers: what is told twice then is told twice for no reason. */
const CALM = [
  { key: 'power_w', deadband: 500, every_s: 5 },
  { key: 'voltage_v', deadband: 50, every_s: 30 },
  { key: 'current_a', deadband: 5, every_s: 10 },
  ...['energy_kwh', 'energy_today_kwh', 'energy_month_kwh', 'energy_total_kwh'].map((key) => {
    return { key, deadband: 1000, every_s: 60 }
  }),
]
const KETTLE_W = 3000

export type Node = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string }

/** Three simulated devices on loopback: two plugs with meters, and a strip whose outlets have none. */
export class House {
  readonly simulator = new Simulator({ port: 0 })
  readonly kettle = this.simulator.addPlug({ alias: 'Kettle', power: KETTLE_W, counter_wh: 500_000 })
  readonly fridge = this.simulator.addPlug({ alias: 'Fridge', power: 80 })
  readonly strip = this.simulator.addStrip({ alias: 'Desk', model: 'KP303(UK)' })
  newOutlet = ''

  /** The last outlet of the strip is not there before `addOutlet`. */
  async start(): Promise<void> {
    await this.simulator.start()
    const { strip, simulator } = this
    const sysinfo = await this.client().getSysInfo(strip.host, simulator.port)
    const [at_first, last] = [strip.outlets.slice(0, -1), strip.outlets.at(-1)]
    this.newOutlet = last?.id ?? ''
    strip.script('system', 'get_sysinfo', {
      ...sysinfo,
      child_num: at_first.length,
      get children() {
        return at_first.map(({ id, alias, on, on_time_s }) => ({ id, alias, state: on ? 1 : 0, on_time: on_time_s }))
      },
    })
  }

  addOutlet(): void {
    this.strip.script('system', 'get_sysinfo', undefined)
  }

  /** As the app of its maker does. */
  async rename({ host }: SimulatedDevice, alias: string): Promise<void> {
    const plug = await this.client().getDevice({ host, port: this.simulator.port })
    await plug.setAlias(alias)
    plug.closeConnection()
  }

  stop(): Promise<void> {
    return this.simulator.stop()
  }

  private client(): Client {
    return new Client({ defaultSendOptions: { transport: 'tcp', timeout: 5000 } })
  }
}

/** What polls some devices and tells of them to the nodes of these ids. */
export function polling({ simulator }: House, hosts: readonly SimulatedDevice[], to: readonly string[]): Node[] {
  return [
    { id: 'tab', type: 'tab', label: 'test' },
    fleetNode(simulator, hosts, { failures_until_offline: 1 }) as Node,
    { ...ON_TAB, id: 'poll', type: 'kasa-poll', fleet: 'fleet', emit: 'always', wires: [to, to] },
  ]
}

/** A `kasa-homeassistant` with a broker node of its own; its base topic is its id. */
export function bridge(id: string, mosquitto: Mosquitto, broker: object, settings: object = {}): Node[] {
  const shown = { base_topic: id, birth_jitter_s: 1, rates: CALM, ...settings }
  return [
    { id: `broker-${id}`, type: 'kasa-mqtt', url: mosquitto.url, ...broker },
    { ...ON_TAB, id, type: 'kasa-homeassistant', broker: `broker-${id}`, ...shown, wires: [[], [], []] },
  ]
}

/** Readings that come by HTTP, and the rule that they break above 5 kW. */
export function alerting(to: readonly string[]): Node[] {
  const rules = [{ id: 'hot', name: 'Hot', condition: { kind: 'above', key: 'power_w', value: 5000 } }]
  return [
    { ...ON_TAB, id: 'in', type: 'http in', url: '/say', method: 'post', wires: [['alert', 'out']] },
    { ...ON_TAB, id: 'out', type: 'http response', wires: [] },
    { ...ON_TAB, id: 'alert', type: 'kasa-alert', rules, group_wait_s: 0, wires: [[], to, [], []] },
  ]
}

const ON_TAB = { z: 'tab', x: 0, y: 0 }

import { type PowerSource, SIMULATED_ACCOUNT, Simulator } from '../../src/simulator'
import type { FlowNode } from '../support/node-red'
import { fleetNode } from '../support/simulated-fleet'

/** Draws enough that a minute of it shows in a counter of Wh. */
export const HEATER = { alias: 'Heater', power: 3000, counter_wh: 7000 } as const
export const FREEZER_LIMIT_W = 400

/** Draws what a test wants it to; nobody looks at its energy. */
export class Freezer implements PowerSource {
  draws_w = 90

  power_w(): number {
    return this.draws_w
  }

  energy_ws(from_s: number, to_s: number): number {
    return this.draws_w * (to_s - from_s)
  }
}

const OUTLETS = [
  { alias: 'Screen', power: 35 },
  { alias: 'Printer', on: false, power: 12 },
]

/** One simulated device of every kind, of the older and of the newer protocol. */
export function household(freezer: Freezer): Simulator {
  const simulator = new Simulator({ port: 0 })
  simulator.addPlug({ model: 'HS100(UK)', alias: 'Radio' })
  simulator.addPlug({ model: 'HS110(EU)', alias: 'Freezer', power: freezer, counter_wh: 412_073 })
  simulator.addPlug({ model: 'KP115(EU)', ...HEATER })
  simulator.addPlug({ model: 'P100(US)', alias: 'Fountain' })
  simulator.addPlug({ model: 'P110(EU)', alias: 'Washer', power: 480 })
  simulator.addSwitch({ model: 'HS200(US)', alias: 'Hall' })
  simulator.addSwitch({ model: 'S500(EU)', alias: 'Cellar' })
  simulator.addSwitch({ model: 'KS240(US)', alias: 'Ceiling' })
  simulator.addDimmer({ model: 'HS220(US)', alias: 'Dining', brightness_pct: 40 })
  simulator.addDimmer({ model: 'S505D(US)', alias: 'Stairs', brightness_pct: 70 })
  simulator.addStrip({ model: 'HS300(US)', alias: 'Desk', outlets: OUTLETS })
  simulator.addStrip({ model: 'KP303(UK)', alias: 'Garden', outlets: [{ alias: 'Pump' }, { alias: 'Fairy lights' }] })
  simulator.addStrip({ model: 'P304M(UK)', alias: 'Rack', outlets: OUTLETS })
  simulator.addStrip({ model: 'P300(EU)', alias: 'Bench', outlets: OUTLETS })
  simulator.addBulb({ model: 'KL110(US)', alias: 'Reading lamp', brightness_pct: 60 })
  simulator.addBulb({ model: 'KL130(EU)', alias: 'Couch', brightness_pct: 80 })
  simulator.addBulb({ model: 'L510E(EU)', alias: 'Bedside', brightness_pct: 25 })
  simulator.addBulb({ model: 'L530E(EU)', alias: 'Globe', brightness_pct: 50 })
  simulator.addLightStrip({ model: 'KL430(US)', alias: 'Shelf' })
  simulator.addLightStrip({ model: 'L930-5(EU)', alias: 'Stage' })
  addHub(simulator)
  return simulator
}

function addHub(simulator: Simulator): void {
  const { hub } = simulator.addHub({ alias: 'Hub' })
  hub.add({ model: 'T100(EU)', alias: 'Hall motion' })
  hub.add({ model: 'T110(EU)', alias: 'Front door' })
  hub.add({ model: 'T300(EU)', alias: 'Boiler leak' })
  hub.add({ model: 'T315(EU)', alias: 'Bath', temperature_c: 22.5, humidity_pct: 61 })
  hub.add({ model: 'KE100(EU)', alias: 'Radiator' })
  hub.add({ model: 'S200B(EU)', alias: 'Doorbell' })
}

const RULE = {
  ...{ id: 'too-much', name: 'Too much power', devices: ['Freezer'], severity: 'critical' },
  condition: { kind: 'above', key: 'power_w', value: FREEZER_LIMIT_W },
}

/** As often as it changes, so that statistics are not a minute behind. */
const RATES = ['energy_kwh', 'energy_total_kwh', 'energy_cost'].map((key) => ({ key, deadband: 0, every_s: 0 }))

/** As a person wires it: readings and events to alerts and to Home Assistant, whose buttons go back to the alerts. */
export function flow(simulator: Simulator, broker_port: number): FlowNode[] {
  const fleet = fleetNode(simulator, simulator.devices, { reply_s: 2, connect_s: 2, fastest_s: 0.5, slowest_s: 2 })
  const { username, password } = SIMULATED_ACCOUNT
  const node = { z: 'tab', x: 100, y: 100 }
  return [
    { id: 'tab', type: 'tab', label: 'Household' },
    { ...fleet, credentials: { username, password } },
    { id: 'broker', type: 'kasa-mqtt', name: '', url: `mqtt://127.0.0.1:${broker_port}` },
    { ...node, id: 'poll', type: 'kasa-poll', fleet: 'fleet', wires: [['alert', 'home'], ['alert', 'home'], []] },
    {
      ...{ ...node, id: 'alert', type: 'kasa-alert', rules: [RULE], group_wait_s: 0 },
      wires: [[], ['home'], [], []],
    },
    {
      ...{ ...node, id: 'home', type: 'kasa-homeassistant', broker: 'broker', fleet: 'fleet' },
      ...{ price: 0.3, currency: 'EUR', birth_jitter_s: 1, heartbeat_s: 10, rates: RATES },
      wires: [[], [], ['alert']],
    },
  ]
}

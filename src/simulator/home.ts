import type { Account } from './account'
import { appliance } from './appliances'
import { constantPower } from './power-source'
import type { Simulator } from './simulator'

/** A small home, lively enough to watch: an address each, the same in every run. `account`: who may log in. */
export function addHome(simulator: Simulator, owner: { readonly account?: Account } = {}): void {
  addOlder(simulator)
  addNewer(simulator, owner)
}

function addOlder(simulator: Simulator): void {
  simulator.addPlug({ host: '127.0.10.1', alias: 'Fridge', model: 'KP115(EU)', power: appliance('fridge', 1) })
  simulator.addPlug({ host: '127.0.10.2', alias: 'Kettle', model: 'HS110(EU)', power: appliance('kettle', 2) })
  simulator.addPlug({ host: '127.0.10.3', alias: 'Television', model: 'KP115(EU)', power: appliance('television', 3) })
  simulator.addPlug({
    host: '127.0.10.4',
    alias: 'Washing machine',
    model: 'KP115(EU)',
    power: appliance('washing-machine', 4),
  })
  simulator.addStrip({
    host: '127.0.10.5',
    alias: 'Desk',
    model: 'HS300(US)',
    outlets: [
      { alias: 'Monitor', power: appliance('television', 5) },
      { alias: 'Computer', power: appliance('television', 6) },
      { alias: 'Router', power: constantPower(7.5) },
      { alias: 'Charger', power: constantPower(4) },
      { alias: 'Printer', on: false, power: constantPower(12) },
      { alias: 'Spare', on: false },
    ],
  })
  simulator.addBulb({ host: '127.0.10.6', alias: 'Reading lamp', model: 'KL130(EU)', brightness_pct: 60 })
  simulator.addDimmer({ host: '127.0.10.7', alias: 'Hallway', model: 'HS220(US)', on: false })
}

function addNewer(simulator: Simulator, owner: { readonly account?: Account }): void {
  simulator.addPlug({
    ...owner,
    host: '127.0.10.8',
    alias: 'Dryer',
    model: 'P110(EU)',
    power: appliance('washing-machine', 7),
  })
  simulator.addStrip({
    ...owner,
    host: '127.0.10.9',
    alias: 'Workshop',
    model: 'P304M(UK)',
    outlets: [
      { alias: 'Soldering iron', power: constantPower(48) },
      { alias: 'Radio', power: constantPower(6) },
    ],
  })
  simulator.addBulb({ ...owner, host: '127.0.10.10', alias: 'Night light', model: 'L530E(EU)', brightness_pct: 20 })
  simulator.addHub({
    ...owner,
    host: '127.0.10.11',
    alias: 'Hub',
    sensors: [
      { alias: 'Bath', model: 'T315(EU)', temperature_c: 22.4, humidity_pct: 58 },
      { alias: 'Front door', model: 'T110(EU)' },
    ],
  })
}

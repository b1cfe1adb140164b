import { appliance } from './appliances'
import { constantPower } from './power-source'
import type { Simulator } from './simulator'

/** A small home, lively enough to watch: an address each, the same in every run. */
export function addHome(simulator: Simulator): void {
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

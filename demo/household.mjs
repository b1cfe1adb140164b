// The simulated household that the demo polls. What it draws follows the time of day, so it goes on where it was when
// the demo is started again.
import { createRequire } from 'node:module'

/** Counters have run since then, so that they never fall from one start to the next. */
const PLUGGED_IN_S = Date.UTC(2026, 0, 1) / 1000
/** How long the garden pump answers, and how long it does not: offline is something to see, too. */
const PUMP_ANSWERS_MS = 240_000
const PUMP_SILENT_MS = 75_000
/** How often something changes at the sensors. */
const SENSORS_EVERY_MS = 15_000

/** Devices on loopback, not started yet. `compiled` is the folder of the compiled project. */
export function household(compiled, options = {}) {
  const { Simulator, SIMULATED_ACCOUNT, appliance, tracePower } = createRequire(import.meta.url)(
    `${compiled}/src/simulator`,
  )
  const made_s = Date.now() / 1000
  const simulator = new Simulator(options)
  const sources = new Map()
  const draws = (alias, source) => {
    const byTimeOfDay = follow(source, made_s)
    sources.set(alias, byTimeOfDay)
    return { alias, power: byTimeOfDay, counter_wh: counter_wh(byTimeOfDay, made_s, 0) }
  }
  const cycle = (duration_s, ...points) => tracePower(points, duration_s)

  simulator.addPlug({ model: 'HS110(EU)', ...draws('Kettle', appliance('kettle', 3)) })
  simulator.addPlug({ model: 'KP115(EU)', ...draws('Fridge', appliance('fridge', 2)) })
  simulator.addPlug({ model: 'KP115(EU)', ...draws('Television', appliance('television', 5)) })
  simulator.addPlug({ model: 'HS110(EU)', ...draws('Washing machine', appliance('washing-machine', 4)) })
  simulator.addPlug({ model: 'KP115(EU)', ...draws('Coffee machine', cycle(900, ...keepsWarm(), [420, 1.1])) })
  simulator.addStrip({
    alias: 'Desk',
    model: 'HS300(US)',
    outlets: [
      draws('Computer', cycle(200, [0, 62], [40, 118], [65, 74], [130, 164], [150, 66])),
      draws('Monitor', cycle(600, [0, 27.4], [300, 28.1])),
      draws('Router', cycle(140, [0, 9.3], [90, 9.8])),
      draws('Printer', cycle(600, [0, 4.1])),
      draws('Phone charger', cycle(1500, [0, 11.6], [700, 3.2])),
      { alias: 'Desk lamp', on: false, power: 8.2 },
    ],
  })
  simulator.addBulb({ alias: 'Floor lamp', model: 'KL130(EU)', brightness_pct: 65 })
  simulator.addDimmer({ alias: 'Hall light', model: 'HS220(US)', brightness_pct: 40 })
  const pump = simulator.addPlug({
    model: 'EP25(US)',
    ...draws('Garden pump', cycle(1200, [0, 318], [120, 326], [240, 0.4])),
  })

  simulator.addPlug({ model: 'P110(EU)', ...draws('Dehumidifier', cycle(1100, [0, 212], [380, 218], [610, 3.4])) })
  simulator.addStrip({
    alias: 'Workshop',
    model: 'P304M(UK)',
    outlets: [
      draws('Soldering iron', cycle(60, [0, 61], [14, 7])),
      draws('3D printer', cycle(420, [0, 118], [150, 74], [290, 96])),
      draws('Radio', cycle(300, [0, 5.8], [120, 7.1])),
      { alias: 'Drill', on: false, power: 480 },
    ],
  })
  simulator.addBulb({ alias: 'Reading lamp', model: 'L530E(EU)', brightness_pct: 55 })
  const { hub } = simulator.addHub({
    alias: 'Hub',
    sensors: [
      { alias: 'Bathroom', model: 'T315(EU)' },
      { alias: 'Front door', model: 'T110(EU)' },
    ],
  })
  const sense = () => {
    const turn = Date.now() / SENSORS_EVERY_MS
    hub.sensor('Bathroom').set({ temperature_c: 22.3 + Math.sin(turn / 7), humidity_pct: 61 + 8 * Math.sin(turn / 11) })
    hub.sensor('Front door').set({ contact_open: Math.floor(turn) % 6 === 0 })
  }

  let timer
  let sensing
  const answers = () => {
    pump.behave()
    timer = setTimeout(falls, PUMP_ANSWERS_MS)
  }
  const falls = () => {
    pump.behave({ kind: 'silence' })
    timer = setTimeout(answers, PUMP_SILENT_MS)
  }
  return {
    devices: simulator.devices,
    account: SIMULATED_ACCOUNT,
    past: (hours, step_s) => past(simulator.devices, sources, made_s, hours, step_s),
    start: async () => {
      await simulator.start()
      answers()
      sense()
      sensing = setInterval(sense, SENSORS_EVERY_MS)
    },
    stop: async () => {
      clearTimeout(timer)
      clearInterval(sensing)
      await simulator.stop()
    },
  }
}

/** Eight short pulses, as a heater with a thermostat draws them. */
function keepsWarm() {
  return Array.from({ length: 8 }, (_, pulse) => [
    [pulse * 52, 1380],
    [pulse * 52 + 11, 1.8],
  ]).flat()
}

// Sources count from the moment that a device is made.
function follow(source, made_s) {
  return {
    power_w: (at_s) => source.power_w(made_s + at_s),
    energy_ws: (from_s, to_s) => source.energy_ws(made_s + from_s, made_s + to_s),
  }
}

function counter_wh(source, made_s, at_s) {
  return source.energy_ws(PLUGGED_IN_S - made_s, at_s) / 3600
}

/** What polling would have read until now, so that the charts of a first start have something to show. */
function* past(devices, sources, made_s, hours, step_s) {
  const outlets = devices.flatMap(({ model, host, outlets }) => outlets.map((outlet) => ({ outlet, model, host })))
  for (const { outlet, model, host } of outlets) {
    const source = sources.get(outlet.alias)
    if (!source) continue
    for (let at_s = -hours * 3600; at_s < 0; at_s += step_s) {
      yield {
        device_id: outlet.id,
        alias: outlet.alias,
        model,
        host,
        timestamp: Math.round((made_s + at_s) * 1000),
        on: true,
        power_w: Math.round(source.power_w(at_s) * 1000) / 1000,
        energy_kwh: Math.floor(counter_wh(source, made_s, at_s)) / 1000,
        source: 'poll',
        quality: 'good',
      }
    }
  }
}

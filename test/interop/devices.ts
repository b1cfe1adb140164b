import { Simulator, type SimulatedDevice } from '../../src/simulator'
import { FakeClock } from '../support/fake-clock'
import type { PythonFinding } from './python-kasa'

const RUNS_MS = 2 * 3_600_000
const SENSORS = ['T100(EU)', 'T110(EU)', 'T300(EU)', 'T310(EU)', 'T315(EU)', 'KE100(EU)'] as const
const OUTLETS = [
  { alias: 'First', power: 60 },
  { alias: 'Second', power: 7 },
  { alias: 'Third', on: false },
]

/** What python-kasa shall make of discovery's answer. */
const XOR: PythonFinding = { family: 'IOT.SMARTPLUGSWITCH', encryption: 'XOR', login_version: null, https: false }
const KLAP_1: PythonFinding = { ...XOR, encryption: 'KLAP' }
const KLAP_2: PythonFinding = { ...KLAP_1, login_version: 2 }
const SMART: PythonFinding = { ...KLAP_2, family: 'SMART.TAPOPLUG' }
const AES_1: PythonFinding = { ...SMART, encryption: 'AES', login_version: null }
const AES_2: PythonFinding = { ...AES_1, login_version: 2 }

export interface Example {
  readonly device: SimulatedDevice
  readonly finding: PythonFinding
  /** What one side alone tells, as `alias.key`. */
  readonly apart: readonly string[]
}

/** python-kasa takes empty statistics of an outlet for 0, and adds them up; to us both are unknown. */
function stripApart(alias: string): readonly string[] {
  return [
    ...['energy_today_kwh', 'energy_month_kwh'].map((key) => `${alias}.${key}`),
    ...['Third.energy_today_kwh', 'Third.energy_month_kwh'],
  ]
}

/** One simulated device of each family over each transport. Their time stands still, so that each client reads the same. */
export class Examples {
  readonly simulator: Simulator
  readonly all: Example[] = []
  private readonly clock = new FakeClock(Date.now() - RUNS_MS)

  constructor(http_port: number | undefined) {
    this.simulator = new Simulator({ ...(http_port && { http_port }), clock: this.clock, random: () => 0.5 })
    this.addOlder()
    this.addNewer()
  }

  /** Long enough for all counters to show something. */
  run(): void {
    this.clock.advance(RUNS_MS)
  }

  named(alias: string): { alias: string; host: string } {
    return { alias, host: `127.93.0.${this.simulator.devices.length + 1}` }
  }

  private add(finding: PythonFinding, device: SimulatedDevice, apart: readonly string[] = []): void {
    this.all.push({ finding, device, apart })
  }

  private addOlder(): void {
    const { simulator } = this
    const load = { power: 1150.5, counter_wh: 2500 }
    const bulb = 'IOT.SMARTBULB'
    this.add(XOR, simulator.addPlug({ ...this.named('XOR plug'), ...load }))
    this.add(XOR, simulator.addPlug({ ...this.named('First plug'), ...load, model: 'HS110(EU)' }))
    this.add(XOR, simulator.addStrip({ ...this.named('XOR strip'), outlets: OUTLETS }), stripApart('XOR strip'))
    this.add(XOR, simulator.addDimmer({ ...this.named('XOR dimmer'), brightness_pct: 40 }))
    this.add({ ...XOR, family: bulb }, simulator.addBulb({ ...this.named('XOR bulb'), brightness_pct: 60 }))
    // Its meter writes 0 V and 0 A, which python-kasa takes for measured.
    const zeros = ['Light strip.voltage_v', 'Light strip.current_a']
    this.add({ ...XOR, family: bulb }, simulator.addLightStrip(this.named('Light strip')), zeros)
    for (const [speaks, finding] of [
      ['klap-1', KLAP_1],
      ['klap-2', KLAP_2],
    ] as const) {
      const [plug, strip, lamp] = [`${speaks} plug`, `${speaks} strip`, `${speaks} bulb`]
      this.add(finding, simulator.addPlug({ ...this.named(plug), ...load, speaks }))
      this.add(finding, simulator.addStrip({ ...this.named(strip), outlets: OUTLETS, speaks }), stripApart(strip))
      this.add({ ...finding, family: bulb }, simulator.addBulb({ ...this.named(lamp), speaks }))
    }
  }

  private addNewer(): void {
    const { simulator } = this
    const p110 = { model: 'P110(EU)', power: 1150.5 } as const
    this.add(SMART, simulator.addPlug({ ...this.named('Tapo plug'), ...p110 }))
    this.add({ ...SMART, https: true }, simulator.addPlug({ ...this.named('TLS plug'), ...p110, secure: true }))
    this.add(AES_2, simulator.addPlug({ ...this.named('AES plug'), ...p110, speaks: 'aes' }))
    const first = { model: 'P110(UK)', power: 20, speaks: 'aes', login_version: 1 } as const
    this.add(AES_1, simulator.addPlug({ ...this.named('First Tapo plug'), ...first }))
    const strip = { model: 'P300(EU)', outlets: OUTLETS } as const
    this.add(SMART, simulator.addStrip({ ...this.named('Tapo strip'), ...strip }), ['Tapo strip.on'])
    const bulb = { model: 'L530E(EU)', brightness_pct: 30, speaks: 'aes' } as const
    this.add({ ...AES_2, family: 'SMART.TAPOBULB' }, simulator.addBulb({ ...this.named('Tapo bulb'), ...bulb }))
    const wall = { ...SMART, family: 'SMART.TAPOSWITCH' }
    this.add(wall, simulator.addSwitch({ ...this.named('Tapo switch'), model: 'S500(EU)' }))
    this.addHub()
  }

  private addHub(): void {
    const device = this.simulator.addHub({ ...this.named('AES hub'), speaks: 'aes' })
    for (const model of SENSORS) device.hub?.add({ model, alias: model })
    // To python-kasa a valve is on where frost protection is off.
    this.add({ ...AES_2, family: 'SMART.TAPOHUB' }, device, ['KE100(EU).on'])
  }
}

import type { MonitorError } from '../../src/domain/errors'
import type { DeviceEvent } from '../../src/domain/event'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'
import { Emission } from '../../src/polling/emission'
import { EnergyStore } from '../../src/polling/energy-store'
import { Poller, type PollerOptions } from '../../src/polling/poller'
import type { Host, Unit } from '../../src/polling/unit'
import { seededRandom } from '../../src/simulator'
import { FakeClock } from './fake-clock'
import { ScriptedIntegration } from './scripted-integration'

/** A poller on a fake clock with a scripted network, and all that it has said. */
export class PollerBench {
  readonly clock = new FakeClock()
  readonly network = new ScriptedIntegration(this.clock)
  readonly readings: Reading[] = []
  readonly events: DeviceEvent[] = []
  readonly reports: MonitorError[] = []
  readonly lost: Unit[] = []
  readonly recorded: (readonly RecordedEnergy[])[] = []
  readonly poller: Poller

  constructor(options: Partial<PollerOptions> & { interval_ms?: number } = {}) {
    const { interval_ms = 1000, ...others } = options
    const report = (error: MonitorError) => void this.reports.push(error)
    this.poller = new Poller({
      clock: this.clock,
      random: seededRandom(1),
      concurrency: 32,
      polls_per_minute: 0,
      failures_until_offline: 3,
      minimum_ms: 500,
      outlet_interval_factor: 2,
      batch_ms: 10,
      newInterval: () => ({ observe: () => interval_ms }),
      emission: new Emission(),
      energies: new EnergyStore({ clock: this.clock, report }),
      report,
      onLost: (unit) => void this.lost.push(unit),
      ...others,
    })
    this.poller.subscribe({
      onReading: (reading) => void this.readings.push(reading),
      onEvent: (event) => void this.events.push(event),
      onRecorded: (records) => void this.recorded.push(records),
    })
    this.poller.start()
  }

  add(host: string, device_id?: string, in_ms = 0): Host {
    return this.poller.addHost(this.network.connect({ host }), device_id, in_ms)
  }

  unit(device_id: string): Unit {
    const unit = this.poller.roster.devices.get(device_id)
    if (unit === undefined) throw new Error(`no unit ${device_id}`)
    return unit
  }

  /** First contacts are promises, which a fake clock does not drive. */
  async run(duration_ms: number, step_ms = 50): Promise<void> {
    await this.clock.advanceSlowly(duration_ms, step_ms)
  }

  eventsOf(name: DeviceEvent['event']): DeviceEvent[] {
    return this.events.filter((event) => event.event === name)
  }
}

import type { Clock } from '../domain/clock'
import type { Command } from '../domain/command'
import type { Reading } from '../domain/reading'
import { slowWatch } from '../domain/slow-watch'
import type { Outcomes } from './outcomes'
import type { Unit } from './unit'

export interface CommandsOptions {
  readonly clock: Clock
  readonly outcomes: Outcomes
  /** Sets when a unit is due next. */
  readonly plan: (unit: Unit, in_ms: number, now_ms: number) => void
}

/** What devices are told to do, past the schedule: the state that they confirm counts as a reading. */
export class Commands {
  constructor(private readonly options: CommandsOptions) {}

  /** @throws MonitorError what the command failed with, or what the host refused with, where it was asked within a minute */
  async run(unit: Unit, command: Command): Promise<Reading> {
    const { clock, outcomes, plan } = this.options
    const { breaker, connection } = unit.host
    const { refusal } = breaker
    if (refusal !== undefined && !breaker.admits(clock.monotonic())) throw refusal
    const reading = await this.send(unit, command)
    const now_ms = clock.monotonic()
    if (unit.removed) return { ...reading }
    if (unit.device !== undefined) {
      outcomes.confirmed(unit, reading, now_ms)
      outcomes.learn(unit, connection.changedDetails?.() ?? [])
    } else if (refusal !== undefined) {
      breaker.succeeded()
      plan(unit, 0, now_ms)
    }
    return { ...reading }
  }

  private async send({ host, device, alias }: Unit, command: Command): Promise<Reading> {
    const { clock } = this.options
    const device_id = device?.device_id
    const started_ms = clock.monotonic()
    try {
      return await host.connection.command(device_id, command)
    } finally {
      const duration_ms = clock.monotonic() - started_ms
      const what = `${command.name} on ${alias}`
      slowWatch.tell({ part: 'command', what, duration_ms, ...(device_id && { device_id }) })
    }
  }
}

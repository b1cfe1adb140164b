import type { Clock } from '../domain/clock'
import { DailyTotals } from './daily-totals'
import type { EnergyMeter } from './energy-meter'

const MS_PER_MINUTE = 60_000

export interface OutletOptions {
  readonly id: string
  readonly alias: string
  readonly on: boolean
  readonly meter?: EnergyMeter
}

/** A relay with what hangs on it. A plug has one, a strip several; a light counts as one. */
export class Outlet {
  readonly id: string
  alias: string
  readonly meter: EnergyMeter | undefined
  /** Minutes on. */
  private readonly usage = new DailyTotals()
  private state: boolean
  private share = 1
  private since_ms: number
  private settled_ms: number
  private readonly watchers: (() => void)[] = []

  constructor(
    private readonly clock: Clock,
    options: OutletOptions,
  ) {
    this.id = options.id
    this.alias = options.alias
    this.meter = options.meter
    this.state = options.on
    this.since_ms = this.settled_ms = clock.monotonic()
    this.load()
  }

  get on(): boolean {
    return this.state
  }

  /** Seconds since it was switched on; 0 while off. */
  get on_time_s(): number {
    return this.state ? Math.floor((this.clock.monotonic() - this.since_ms) / 1000) : 0
  }

  get minutes_on(): DailyTotals {
    this.settle()
    return this.usage
  }

  switch(on: boolean): void {
    if (on === this.state) return
    this.settle()
    this.state = on
    this.since_ms = this.clock.monotonic()
    this.load()
    for (const watcher of this.watchers) watcher()
  }

  /** Told after each switching, whoever switched. */
  watch(watcher: () => void): void {
    this.watchers.push(watcher)
  }

  /** How much of its power a dimmed load draws, from 0 to 1. */
  dim(share: number): void {
    this.share = share
    this.load()
  }

  /** As a reboot does to the time it is on; the relay stays as it was. */
  restart(): void {
    this.settle()
    this.since_ms = this.clock.monotonic()
  }

  private load(): void {
    this.meter?.setShare(this.state ? this.share : 0)
  }

  private settle(): void {
    const now_ms = this.clock.monotonic()
    const wall_ms = this.clock.now() - now_ms
    if (this.state) {
      this.usage.add(wall_ms + this.settled_ms, wall_ms + now_ms, (from, to) => (to - from) / MS_PER_MINUTE)
    }
    this.settled_ms = now_ms
  }
}

import { open, readFile, rename, rm } from 'node:fs/promises'
import type { Clock, Timer } from '../domain/clock'
import { MonitorError, toMonitorError } from '../domain/errors'
import { type EnergyState, LifetimeEnergy } from './lifetime-energy'

const FORMAT = 'kasa-monitor-lifetime-energy'
const VERSION = 1
/** A power cut costs at most this much of the totals, and nothing where the device has a counter. */
const SAVE_EVERY_MS = 60_000
const LONGEST_FILE_BYTES = 64 * 1024 * 1024

export interface EnergyStoreOptions {
  /** Absent: totals live in memory alone. */
  readonly file?: string
  readonly clock: Clock
  /** What went wrong with the file; polling goes on. */
  readonly report: (error: MonitorError) => void
}

/** The lifetime totals of all devices, kept in one file. */
export class EnergyStore {
  private readonly totals = new Map<string, LifetimeEnergy>()
  private file: string | undefined
  private timer: Timer | undefined
  private dirty = false
  private failing = false
  private stopped = true
  private saving: Promise<void> = Promise.resolve()

  constructor(private readonly options: EnergyStoreOptions) {
    this.file = options.file
  }

  /** Reads the file. A damaged or foreign one is set aside and reported, never overwritten. */
  async start(): Promise<void> {
    this.stopped = false
    if (this.file === undefined) return
    let text: string
    try {
      text = await read(this.file)
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return
      const message = `${this.file} cannot be read; totals are not kept`
      this.file = undefined
      this.options.report(new MonitorError('DATABASE_UNAVAILABLE', message, { cause: thrown }))
      return
    }
    try {
      for (const [device_id, state] of parse(text)) this.of(device_id).restore(state)
    } catch (thrown) {
      await this.setAside(this.file, thrown)
    }
  }

  /** Saves what is unsaved. May be called twice. */
  async stop(): Promise<void> {
    // Totals that have not changed tell when their devices were heard last.
    if (!this.stopped) this.dirty ||= this.totals.size > 0
    this.stopped = true
    if (this.timer !== undefined) this.options.clock.clearTimeout(this.timer)
    this.timer = undefined
    await this.save()
  }

  /** The total of one device; it is made where there is none. */
  of(device_id: string): LifetimeEnergy {
    let energy = this.totals.get(device_id)
    if (energy === undefined) this.totals.set(device_id, (energy = new LifetimeEnergy()))
    return energy
  }

  /** Says that a total has changed, so that it is saved within a minute. */
  touch(): void {
    if (this.dirty || this.file === undefined) return
    this.dirty = true
    if (this.stopped) return
    this.timer = this.options.clock.setTimeout(() => {
      this.timer = undefined
      void this.save()
    }, SAVE_EVERY_MS)
  }

  /** Never rejects. */
  private save(): Promise<void> {
    this.saving = this.saving.then(() => this.write())
    return this.saving
  }

  private async write(): Promise<void> {
    if (!this.dirty || this.file === undefined) return
    this.dirty = false
    try {
      await replaceFile(this.file, this.serialise())
      this.failing = false
    } catch (thrown) {
      this.touch()
      if (!this.failing) this.options.report(toMonitorError(thrown, 'DATABASE_UNAVAILABLE'))
      this.failing = true
    }
  }

  private serialise(): string {
    const devices: unknown[] = []
    for (const [device_id, energy] of this.totals) {
      const state = energy.state()
      if (state !== undefined) devices.push({ device_id, ...state })
    }
    return JSON.stringify({ format: FORMAT, version: VERSION, devices })
  }

  private async setAside(file: string, cause: unknown): Promise<void> {
    this.totals.clear()
    try {
      await rename(file, `${file}.damaged`)
      const message = `${file} holds no totals; it was renamed to ${file}.damaged, and counting begins anew`
      this.options.report(new MonitorError('DATABASE_INVALID', message, { cause }))
    } catch (thrown) {
      this.file = undefined
      const message = `${file} holds no totals and cannot be renamed; totals are not kept`
      this.options.report(new MonitorError('DATABASE_UNAVAILABLE', message, { cause: thrown }))
    }
  }
}

async function read(file: string): Promise<string> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    return size > LONGEST_FILE_BYTES ? '' : await readFile(handle, 'utf8')
  } finally {
    await handle.close()
  }
}

/** The file is either the old one or the new one, whenever the power goes. */
async function replaceFile(file: string, text: string): Promise<void> {
  const temporary = `${file}.new`
  try {
    const handle = await open(temporary, 'w', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, file)
  } catch (thrown) {
    await rm(temporary, { force: true })
    throw thrown
  }
}

function parse(text: string): [string, EnergyState][] {
  const content = JSON.parse(text) as { format?: unknown; version?: unknown; devices?: unknown }
  if (content?.format !== FORMAT || content.version !== VERSION || !Array.isArray(content.devices)) {
    throw new MonitorError('DATABASE_INVALID', 'not a file of lifetime totals')
  }
  return content.devices.map(parseDevice)
}

function parseDevice(device: unknown): [string, EnergyState] {
  const content = (device ?? {}) as Record<string, unknown>
  const { device_id, total_kwh, source, counter_kwh, timestamp, heard_at, ended_kwh } = content
  const known = source === 'total' || source === 'today' || source === 'power'
  const isWhole = isAmount(total_kwh) && isAmount(timestamp)
  const isSound = isOptional(counter_kwh) && isOptional(heard_at) && isOptional(ended_kwh)
  if (typeof device_id !== 'string' || !known || !isWhole || !isSound) {
    throw new MonitorError('DATABASE_INVALID', 'not a lifetime total')
  }
  const optional = {
    ...(counter_kwh === undefined ? {} : { counter_kwh }),
    ...(heard_at === undefined ? {} : { heard_at }),
    ...(ended_kwh === undefined ? {} : { ended_kwh }),
  }
  return [device_id, { total_kwh, source, timestamp, ...optional }]
}

function isOptional(value: unknown): value is number | undefined {
  return value === undefined || isAmount(value)
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

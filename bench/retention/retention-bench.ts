import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseInflux1Options } from '../../src/database/influx/influx-options'
import type { Store } from '../../src/database/store'
import { startInfluxd, whyNoInfluxd, type Influxd } from '../../test/support/influx-servers'
import { withStore } from '../../test/support/influx-store'
import { makeStore } from '../../test/support/sqlite'
import { printGoals } from '../support/goals'
import { round } from '../support/statistics'
import { compare, type Figures, type Results } from '../support/turns'
import { linesOf, played, type Played } from './day'
import { errorsOf, type Hour } from './hours'
import { readRetentionOptions } from './options'
import type { RollingResult } from './rolling'
import { rolled } from './run-child'
import { hoursIn, selectInto } from './select-into'
import { printSpace } from './space'

const DATABASE = 'bench'
const NAMES = ['ours-sqlite', 'ours-influxd', 'select-into'] as const
type Name = (typeof NAMES)[number]
/** In which /proc counts: Linux has it so everywhere. */
const TICKS_PER_S = 100
/** A turn of Node-RED's event loop. */
const BLOCK_MS = 25

/** A day that both databases hold. */
class StoredDay {
  readonly loads: readonly Played[]
  readonly full: string
  private turns = 0

  constructor(
    readonly folder: string,
    readonly server: Influxd,
    readonly devices: number,
  ) {
    this.loads = played(devices)
    this.full = join(folder, 'full.db')
  }

  async fill(): Promise<void> {
    const file = makeStore(this.full)
    await this.send(file)
    await file.stop()
    await this.server.query(`CREATE DATABASE "${DATABASE}"`)
    await withStore(parseInflux1Options({ url: this.server.url, database: DATABASE }), (store) => this.send(store))
  }

  turn(name: Name): Promise<Figures> {
    this.turns += 1
    if (name === 'ours-sqlite') return this.inFile()
    return name === 'ours-influxd' ? this.inInfluxd() : this.byInfluxd()
  }

  private async send(store: Store): Promise<void> {
    for (const lines of linesOf(this.loads, this.devices)) {
      const { kind } = await store.send(lines)
      if (kind !== 'stored') throw new Error(`${store.name}: ${kind}`)
    }
  }

  private async inFile(): Promise<Figures> {
    const file = join(this.folder, `turn-${this.turns}.db`)
    copyFileSync(this.full, file)
    const result = await rolled({ settings: { kind: 'sqlite', file }, folder: this.folder, tiers: ['hourly'] })
    rmSync(file)
    return this.figures(result, 0)
  }

  private async inInfluxd(): Promise<Figures> {
    const settings = { kind: 'influx1', url: this.server.url, database: DATABASE }
    const folder = join(this.folder, `spool-${this.turns}`)
    const [result, server_cpu_s] = await this.withServerCpu(() => rolled({ settings, folder, tiers: ['hourly'] }))
    await this.server.query(`DROP RETENTION POLICY "kasa_hourly" ON "${DATABASE}"`)
    return this.figures(result, server_cpu_s)
  }

  private async byInfluxd(): Promise<Figures> {
    const target = `into_${this.turns}`
    const begin = performance.now()
    const [, server_cpu_s] = await this.withServerCpu(() => this.server.query(selectInto(target), DATABASE))
    const seconds = (performance.now() - begin) / 1000
    const hours = await hoursIn(this.server, DATABASE, target, 'spread_kwh')
    const trapezoids = await hoursIn(this.server, DATABASE, target, 'integral_wh')
    const idle = { longest_block_ms: NaN, p99_block_ms: NaN, longest_work_ms: NaN, p99_work_ms: NaN }
    const figures = this.figures({ seconds, cpu_s: 0, ...idle, hours }, server_cpu_s)
    return { ...figures, error_of_integral_percent: this.errors(trapezoids).energy_percent }
  }

  private figures(result: Omit<RollingResult, 'rows'>, server_cpu_s: number): Figures {
    const { seconds, cpu_s, hours } = result
    const { energy_percent, mean_percent, hours: rows } = this.errors(hours)
    return {
      ...{ seconds, cpu_s, server_cpu_s, rows },
      ...{ max_block_ms: result.longest_block_ms, p99_block_ms: result.p99_block_ms },
      ...{ max_work_ms: result.longest_work_ms, p99_work_ms: result.p99_work_ms },
      ...{ error_of_energy_percent: energy_percent, error_of_mean_percent: mean_percent },
      error_of_integral_percent: NaN,
    }
  }

  private errors(hours: readonly Hour[]) {
    return errorsOf(hours, this.loads, this.devices)
  }

  private async withServerCpu<Result>(run: () => Promise<Result>): Promise<[Result, number]> {
    const before_s = cpuOf_s(this.server.pid)
    const result = await run()
    return [result, cpuOf_s(this.server.pid) - before_s]
  }
}

/** User and system, of a process that is not ours. */
function cpuOf_s(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
}

function printRatios(results: Results<Name>): void {
  const of = (name: Name, key: string) => results[name][key] ?? NaN
  const ratio = (name: Name) => of(name, 'seconds') / of('select-into', 'seconds')
  const turns = ([name, database]: readonly [Name, string]) => [
    { name: `longest turn of the event loop, ${database}, ms`, measured: of(name, 'max_block_ms'), limit: BLOCK_MS },
    { name: `CPU in one turn at most, ${database}, ms`, measured: of(name, 'max_work_ms'), limit: BLOCK_MS },
    { name: `99 % of the turns, ${database}, ms`, measured: of(name, 'p99_block_ms'), limit: BLOCK_MS },
  ]
  printGoals([
    ...turns(['ours-sqlite', 'SQLite']),
    ...turns(['ours-influxd', 'influxd']),
    { name: 'seconds, SQLite / SELECT INTO', measured: ratio('ours-sqlite'), limit: 5 },
    { name: 'seconds, influxd / SELECT INTO', measured: ratio('ours-influxd'), limit: 5 },
  ])
}

/** A day of many devices rolled up hourly, beside what InfluxDB 1.x does itself, on the same readings. */
export async function retentionBench(args: string[]): Promise<void> {
  const reason = whyNoInfluxd()
  if (reason) throw new Error(reason)
  const { devices, rounds } = readRetentionOptions(args)
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-bench-'))
  const server = await startInfluxd()
  try {
    const day = new StoredDay(folder, server, devices)
    await day.fill()
    const bytes = statSync(day.full).size
    console.log(`${devices} devices, a day; the file has ${round(bytes / 1e6, 0)} MB`)
    printRatios(await compare('A day rolled up hourly', NAMES, rounds, (name) => day.turn(name)))
    await printSpace(day)
  } finally {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

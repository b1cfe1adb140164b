import { join } from 'node:path'
import type { Clock } from '../../src/domain/clock'
import type { MonitorError } from '../../src/domain/errors'
import type { LogLine } from '../../src/domain/log-line'
import { LARGEST_FILE_BYTES, LogFile } from '../../src/metrics/log/log-file'
import type { LogKeeper } from '../shared/pack-log'
import type { SettingsOf } from '../shared/schema'
import type { schema } from './kasa-metrics.schema'

export interface LogKeeperParts {
  readonly settings: Pick<SettingsOf<typeof schema>, 'log' | 'slow_ms'>
  /** Of Node-RED. */
  readonly folder: string
  readonly clock: Clock
  readonly report: (error: MonitorError) => void
  /** Where lines go that are told. */
  readonly print: (text: string) => void
}

/** Undefined where no log is wanted. `end`: what was logged is on disk. */
export function logKeeper(parts: LogKeeperParts): (LogKeeper & { end(): Promise<void> }) | undefined {
  const { settings, folder, clock, report, print } = parts
  const { log, slow_ms } = settings
  if (log === 'off') return undefined
  const path = join(folder, 'kasa-monitor', 'kasa-monitor.log')
  const file = log === 'console' ? undefined : new LogFile({ path, maximum_bytes: LARGEST_FILE_BYTES, clock, report })
  const write = (line: LogLine) => {
    file?.append(line)
    if (log !== 'file') print(`${JSON.stringify(line)}\n`)
  }
  return {
    ...{ slow_ms, write },
    ...(file && { query: (query) => file.query(query) }),
    end: async () => file?.settled(),
  }
}

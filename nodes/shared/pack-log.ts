import { systemClock } from '../../src/domain/clock'
import { MonitorError } from '../../src/domain/errors'
import type { LogAnswer, LogLine, LogQuery } from '../../src/domain/log-line'
import { slowWatch } from '../../src/domain/slow-watch'
import { deployed } from './deployed'
import { followParts } from './follow-parts'
import { lineOfChange, lineOfEvent, lineOfSlow } from './log-lines'

/** Keeps what is logged, as a person has set it. */
export interface LogKeeper {
  /** From which duration on work counts as slow. */
  readonly slow_ms: number
  write(line: LogLine): void
  /** Absent where lines are told and not kept. */
  query?(query: LogQuery): Promise<LogAnswer>
}

/** Nodes that start before the log does may have something to say. */
const MOST_UNHEARD = 100

/** The one log of all that is deployed: faults and troubles of nodes, devices that come and go, incidents, what was slow. */
class PackLog {
  private readonly keepers: LogKeeper[] = []
  private unheard: LogLine[] = []
  private readonly ends: (() => void)[] = []

  hear(line: LogLine | undefined): void {
    if (!line) return
    const keeper = this.keepers.at(-1)
    if (keeper) keeper.write(line)
    else this.unheard = [...this.unheard.slice(1 - MOST_UNHEARD), line]
  }

  /** Of several keepers it is the last one's; returns how to end that, which may be called twice. */
  keep(keeper: LogKeeper): () => void {
    this.keepers.push(keeper)
    this.settle()
    return () => {
      const index = this.keepers.indexOf(keeper)
      if (index < 0) return
      this.keepers.splice(index, 1)
      this.settle()
    }
  }

  /** @throws MonitorError `LOG_OFF` where none is kept */
  async query(query: LogQuery): Promise<LogAnswer> {
    const keeper = this.keepers.at(-1)
    if (keeper?.query) return keeper.query(query)
    throw new MonitorError('LOG_OFF', 'No log is kept; a kasa-metrics node keeps one in a file')
  }

  private settle(): void {
    for (const end of this.ends.splice(0)) end()
    const keeper = this.keepers.at(-1)
    if (!keeper) return
    for (const line of this.unheard.splice(0)) keeper.write(line)
    this.ends.push(
      slowWatch.watch(keeper.slow_ms, (work) => this.hear(lineOfSlow(work, systemClock.now()))),
      followParts(deployed.fleets, ({ part }) => part.subscribe({ onEvent: (event) => this.hear(lineOfEvent(event)) })),
      followParts(deployed.alerts, ({ part }) => part.follow((change) => this.hear(lineOfChange(change)))),
    )
  }
}

/** Of this process. */
export const packLog = new PackLog()

import { systemClock } from '../../../src/domain/clock'
import { DEFAULT_TIMEOUTS, type Credentials } from '../../../src/integrations/integration'
import { kasa } from '../../../src/integrations/kasa/kasa'
import { ADAPTIVE_INTERVAL_DEFAULTS, AdaptiveInterval } from '../../../src/polling/adaptive-interval'
import { Emission } from '../../../src/polling/emission'
import { EnergyStore } from '../../../src/polling/energy-store'
import { FLEET_DEFAULTS } from '../../../src/polling/fleet-options'
import { Poller } from '../../../src/polling/poller'
import type { IntervalRule } from '../../../src/polling/unit'
import type { Contender, PollTask } from '../contender'

/** Shorter than any round of the fleet: a device is due again before its turn comes. */
const ALWAYS_DUE_MS = 1

/**
 * Ours, whole: schedule, transport, parsing, lifetime energy, adaptive interval, latest reading. The rule is asked as in
 * production; how long it would wait is replaced, so that the polls a second are the task's.
 */
export class Engine implements Contender {
  private readonly session
  private poller: Poller | undefined
  private readings = 0

  constructor(poll_over: 'tcp' | 'udp', credentials?: Credentials) {
    this.session = kasa.createSession({
      timeouts: DEFAULT_TIMEOUTS,
      clock: systemClock,
      random: Math.random,
      poll_over,
      ...(credentials ? { credentials } : {}),
    })
  }

  start(task: PollTask): Promise<void> {
    const wait_ms = task.rate === 'closed' ? ALWAYS_DUE_MS : (1000 * task.hosts.length) / task.rate
    const report = (error: Error) => {
      throw error
    }
    const poller = new Poller({
      ...FLEET_DEFAULTS,
      clock: systemClock,
      random: Math.random,
      concurrency: task.concurrency,
      polls_per_minute: Infinity,
      minimum_ms: ALWAYS_DUE_MS,
      newInterval: () => paced(wait_ms),
      emission: new Emission(),
      energies: new EnergyStore({ clock: systemClock, report }),
      report,
      onLost: ({ host }) => report(new Error(`${host.connection.host} was lost`)),
    })
    poller.subscribe({ onReading: () => void this.readings++ })
    for (const [index, host] of task.hosts.entries()) {
      const spread_ms = (index * 1000) / task.hosts.length
      poller.addHost(this.session.connect({ host, port: task.port }), undefined, spread_ms)
    }
    poller.start()
    this.poller = poller
    return Promise.resolve()
  }

  completed(): number {
    return this.readings
  }

  stop(): void {
    this.poller?.stop()
    this.session.stop()
  }
}

function paced(wait_ms: number): IntervalRule {
  const rule = new AdaptiveInterval(ADAPTIVE_INTERVAL_DEFAULTS)
  return {
    observe(observation) {
      rule.observe(observation)
      return wait_ms
    },
  }
}

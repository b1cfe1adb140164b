import type { NodeAPI } from 'node-red'
import type { Database } from '../../src/database/database'
import { systemClock } from '../../src/domain/clock'
import { TimeZone } from '../../src/domain/time-zone'
import { Retention } from '../../src/retention/retention'
import { parseRetentionOptions } from '../../src/retention/retention-options'
import type { RetentionReport, RetentionStatus } from '../../src/retention/retention-report'
import type { DatabaseService } from '../kasa-database/database-service'
import { deployed } from '../shared/deployed'
import type { InputHandler, Message } from '../shared/input'
import { register } from '../shared/register'
import { AskedRuns } from './asked-runs'
import { Findings } from './findings'
import { schema } from './kasa-retention.schema'
import { OnePerDatabase } from './one-per-database'
import { operationIn } from './operation'
import { RetentionEvents } from './retention-events'
import { registerRetentionRoutes } from './retention-routes'
import { reportLine, statusLine } from './status-line'

const keepers = new OnePerDatabase()

export = (RED: NodeAPI): void => {
  /** Those that are deployed, by the id of their node. */
  const retentions = new Map<string, Retention>()
  registerRetentionRoutes(RED, retentions)

  register(RED, schema, ({ node, settings, scope, status, input, service, report }) => {
    const options = parseRetentionOptions(settings)
    const database = service<DatabaseService>('database')
    const zone = new TimeZone(options.time_zone)
    const findings = new Findings((text) => node.warn(text))
    const events = new RetentionEvents(systemClock, (event) => {
      node.send([null, { topic: event.event, payload: event } as Message])
    })
    const read = (made: RetentionReport) => {
      events.read(made)
      findings.read(made)
      return made
    }
    let now: RetentionStatus = { state: 'waiting' }
    const show = () => status.show(...statusLine(now, zone, systemClock.now()))
    const retention = new Retention({
      tiers: async () => (await database.opened()).tiers,
      settle: async (patience_ms) => settledOrFull(await database.opened(), patience_ms),
      options,
      clock: systemClock,
      onReport: (made) => {
        read(made)
        if (settings.reports === 'all') node.send([{ topic: 'run', payload: structuredClone(made) } as Message, null])
      },
      onStatus: (changed) => {
        now = changed
        show()
        events.follow(changed)
      },
      report,
    })
    const asked = new AskedRuns(async (dry) => read(await retention.run(dry)))
    scope.own(keepers.claim(database, { id: node.id, name: settings.name }))
    retentions.set(node.id, retention)
    scope.own(() => void retentions.delete(node.id))
    scope.own(deployed.retentions.add(node.id, settings.name, { status: () => now }))
    scope.own(() => retention.stop())
    if (settings.runs === 'by_itself') retention.start()

    const answer: InputHandler = async (message, send) => {
      const operation = operationIn(message)
      if (operation === 'status') return send([{ ...message, payload: structuredClone(now) }, null])
      if (operation === 'trust-clock') retention.trustClock()
      const made = await asked.ask(operation === 'dry-run')
      // Of a run the status tells itself.
      if (made.dry && now.state === 'waiting') status.show('ready', reportLine(made, zone, systemClock.now()))
      send([{ ...message, payload: made }, null])
    }
    // An alarm is more than the fault of one message.
    input(answer, (error) => (now.state === 'lagging' ? show() : status.show('failed', error.message)))
  })
}

/** What waits for room in a store that is full would wait for ever if nothing were deleted for it. */
async function settledOrFull(database: Pick<Database, 'settle' | 'status'>, patience_ms: number): Promise<boolean> {
  return (await database.settle(patience_ms)) || database.status().code === 'DATABASE_FULL'
}

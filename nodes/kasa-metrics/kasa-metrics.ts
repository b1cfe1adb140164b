import type { NodeAPI } from 'node-red'
import { systemClock } from '../../src/domain/clock'
import { healthOf, isReady } from '../../src/metrics/health'
import { figuresOf } from '../../src/metrics/figures'
import { parseLogQuery } from '../../src/metrics/log/log-query'
import type { Snapshot } from '../../src/metrics/snapshot'
import { httpMount } from '../shared/http-mount'
import type { Message } from '../shared/input'
import { monitoredParts } from '../shared/monitored-parts'
import { packLog } from '../shared/pack-log'
import { register } from '../shared/register'
import { useMetrics } from '../shared/shared-metrics'
import { HealthChanges } from './health-changes'
import { healthLine } from './health-line'
import { schema } from './kasa-metrics.schema'
import { logKeeper } from './log-keeper'
import { MetricsEndpoint } from './metrics-endpoint'

/** Connections that are just being made are no news. */
const FIRST_LOOK_MS = 10_000
const LOOK_EVERY_MS = 5000
/** In messages, where nobody has given the node a name. */
const TOPIC = 'Node-RED'

export = (RED: NodeAPI): void => {
  const mount = httpMount(RED)
  register(RED, schema, ({ node, settings, scope, status, input, report }) => {
    const { metrics, release } = useMetrics(RED)
    scope.own(release)
    const folder = RED.settings.userDir ?? process.cwd()
    const print = (text: string) => void process.stdout.write(text)
    const keeper = logKeeper({ settings, folder, clock: systemClock, report, print })
    if (keeper) {
      scope.own(keeper.end)
      scope.own(packLog.keep(keeper))
    }
    const path = settings.path.trim()
    if (path !== '') scope.own(mount.add(path, new MetricsEndpoint(metrics, report)))

    status.show('ready', path === '' ? 'measuring' : `at ${path}`)

    const changes = new HealthChanges()
    const look = () => {
      const health = healthOf(monitoredParts)
      status.show(...healthLine(health))
      for (const change of changes.see(health)) {
        node.send([null, { topic: `${change.kind} ${change.name}`, payload: change } as Message])
      }
      return health
    }
    scope.timeout(() => {
      look()
      scope.every(LOOK_EVERY_MS, () => void look())
    }, FIRST_LOOK_MS)

    let before: Promise<Snapshot> = metrics.snapshot()
    before.catch(report)
    const measure = async () => {
      const [earlier, now] = [before, metrics.snapshot()]
      before = now
      const payload = figuresOf(await now, await earlier)
      const health = look()
      const { measurement } = settings
      return { topic: settings.name || TOPIC, measurement, payload, health, ready: isReady(health) }
    }
    if (settings.interval_s > 0) {
      scope.every(settings.interval_s * 1000, async () => node.send([(await measure()) as unknown as Message, null]))
    }
    input(async ({ log, ...message }, send) => {
      const answer = log === undefined ? await measure() : await packLog.query(parseLogQuery(log, systemClock.now()))
      send([{ ...message, ...('lines' in answer ? { payload: answer } : answer) }, null])
    })
  })
}

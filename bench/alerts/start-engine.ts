import { AlertEngine } from '../../src/alerting/alert-engine'
import { parseRules } from '../../src/alerting/rules/parse-rules'
import { systemClock } from '../../src/domain/clock'

const silent = () => {}

/** An engine that nobody listens to. */
export async function startEngine(rules: readonly object[]): Promise<AlertEngine> {
  const times = { group_wait_s: 5, maximum_per_hour: 0, quiet_hours: undefined, time_zone: '' }
  const engine = new AlertEngine({
    rules: parseRules(rules),
    options: { ...times, group_by: 'all', groups: {} },
    clock: systemClock,
    outputs: { notify: silent, changed: silent, failed: silent },
  })
  await engine.start()
  return engine
}

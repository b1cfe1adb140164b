import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { AlertEngine } from '../../src/alerting/alert-engine'
import type { StateChange } from '../../src/alerting/incidents/incident'
import { parseRules } from '../../src/alerting/rules/parse-rules'
import { MOST_SUBJECTS } from '../../src/alerting/watching/subjects'
import type { MonitorError } from '../../src/domain/errors'
import { FakeClock } from '../support/fake-clock'
import { reading as plainReading } from '../support/readings'

const above = { kind: 'above', key: 'power_w', value: 2000 }

describe('AlertEngine', () => {
  let clock: FakeClock
  let changes: StateChange[]
  let failures: MonitorError[]

  beforeEach(() => {
    clock = new FakeClock()
    changes = []
    failures = []
  })

  function make(rules: readonly object[]): AlertEngine {
    const times = { time_zone: 'UTC', quiet_hours: undefined, group_wait_s: 0, maximum_per_hour: 0 }
    return new AlertEngine({
      rules: parseRules(rules),
      options: { ...times, group_by: 'nothing', groups: {} },
      clock,
      outputs: {
        notify: () => undefined,
        changed: (change) => void changes.push(change),
        failed: (error) => void failures.push(error),
      },
    })
  }
  async function open(rules: readonly object[]): Promise<AlertEngine> {
    const engine = make(rules)
    await engine.start()
    return engine
  }
  const reading = (power_w: number) => plainReading({ power_w, timestamp: clock.now() })

  it('ignores what comes before it has started and after it has stopped, and leaves no timer', async () => {
    const engine = make([{ condition: above, for_s: 60 }])
    engine.takeReading(reading(2100))
    await engine.start()
    engine.takeReading(reading(2100))
    assert.equal(engine.status().pending, 1)
    await engine.stop()
    await engine.stop()
    assert.equal(clock.pending, 0)
    engine.takeReading(reading(5))
    assert.deepEqual(
      changes.map(({ change }) => change),
      ['pending'],
    )
  })

  it('stops while it is still starting', async () => {
    const engine = make([{ condition: { kind: 'no_data', after_s: 60 }, devices: ['Kettle'] }])
    const starting = engine.start()
    await engine.stop()
    await starting
    assert.equal(clock.pending, 0)
  })

  it('tells its status, and when that may have changed', async () => {
    const engine = await open([
      { condition: above, severity: 'critical' },
      { condition: { ...above, value: 1000 }, for_s: 60 },
    ])
    let told = 0
    const forget = engine.watch(() => void told++)
    engine.takeReading(reading(2100))
    assert.ok(told > 0)
    const { firing, pending, watched, severity } = engine.status()
    assert.deepEqual(
      { firing, pending, watched, severity },
      { firing: 1, pending: 1, watched: 1, severity: 'critical' },
    )
    forget()
    told = 0
    engine.takeReading(reading(5))
    assert.equal(told, 0)
    await engine.stop()
  })

  it('answers what is open, what was, and what each rule watches', async () => {
    const engine = await open([
      { id: 'high', name: 'High', condition: above },
      { id: 'house', together: 'sum', condition: { ...above, value: 9000 } },
    ])
    engine.takeReading(reading(2100))
    const { incidents, rules, silences } = engine.run({ command: 'list', rule_id: 'high' })
    assert.equal(incidents?.length, 1)
    assert.deepEqual(silences, [])
    const shared = { name: '', enabled: true, watched: 1, pending: 0, firing: 0 }
    assert.deepEqual(rules, [
      { ...shared, rule_id: 'high', name: 'High', firing: 1 },
      { ...shared, rule_id: 'house' },
    ])
    engine.takeReading(reading(5))
    assert.equal(engine.run({ command: 'list' }).incidents?.length, 0)
    assert.equal(engine.run({ command: 'history' }).incidents?.[0]?.state, 'resolved')
    assert.throws(() => engine.run({ command: 'test', rule_id: 'none' }), { code: 'INPUT_INVALID' })
    await engine.stop()
  })

  it('lets a rule that fails harm no other, and reports it once', async () => {
    const engine = await open([{ id: 'bad', condition: above }, { condition: above }])
    engine.takeReading(reading(5))
    const bad = [...(engine['router'].rule('bad')?.watches ?? [])][0]
    assert.ok(bad)
    bad.condition.judge = () => {
      throw new Error('a fault of ours')
    }
    engine.takeReading(reading(2100))
    engine.takeReading(reading(2100))
    clock.advance(200_000)
    assert.equal(changes.filter(({ change }) => change === 'raised').length, 1)
    assert.deepEqual(
      failures.map(({ code }) => code),
      ['INTERNAL'],
    )
    await engine.stop()
  })

  it('lets topics that nobody minds go, so that memory has an end, and keeps what is open', async () => {
    const engine = await open([{ condition: { kind: 'above', key: 'value', value: 10 } }])
    engine.takeMeasurement({ topic: 'boiler', values: { value: 11 } })
    for (let topic = 0; topic < MOST_SUBJECTS + 100; topic++) {
      engine.takeMeasurement({ topic: `topic-${topic}`, values: { value: 1 } })
    }
    assert.ok(engine.status().watched <= MOST_SUBJECTS)
    engine.takeMeasurement({ topic: 'boiler', values: { value: 1 } })
    assert.deepEqual(
      changes.map(({ change, device_id }) => `${change} ${device_id}`),
      ['raised boiler', 'resolved boiler'],
    )
    assert.deepEqual(failures, [])
    await engine.stop()
  }).timeout(20_000)

  it('takes values that are no reading from a device beside its readings', async () => {
    const engine = await open([{ devices: ['Kettle'], condition: { kind: 'above', key: 'noise', value: 10 } }])
    engine.takeReading(reading(5))
    engine.takeMeasurement({ topic: 'plug-1', values: { noise: 11 } })
    assert.equal(changes[0]?.alias, 'Kettle')
    await engine.stop()
  })
})

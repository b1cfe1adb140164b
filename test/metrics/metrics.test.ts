import assert from 'node:assert/strict'
import { tmpdir } from 'node:os'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { systemClock } from '../../src/domain/clock'
import { MonitorError } from '../../src/domain/errors'
import { ALL_FAMILIES } from '../../src/metrics/families'
import { Metrics } from '../../src/metrics/metrics'
import { ApiCounters } from '../../src/serving/api-counters'
import { getMetrics } from '../../src/serving/routes/metrics'
import { aFleetDevice, durationsOf, FakeParts } from '../support/monitored-parts'
import { promtool, whyNoPromtool } from '../support/prometheus'

const surroundings = { versions: { pack: '1.0.0', node_red: '4.1.0' }, flows: () => ({ nodes: 7, flows: 2 }) }

describe('Metrics in text form', () => {
  let fake: FakeParts
  let now_ms: number
  let metrics: Metrics
  let reported: MonitorError[]

  beforeEach(() => {
    fake = new FakeParts()
    reported = []
    now_ms = 0
    metrics = new Metrics({
      parts: fake.all,
      surroundings,
      folder: tmpdir(),
      clock: { ...systemClock, monotonic: () => now_ms },
      report: (error) => void reported.push(error),
    })
    metrics.start()
  })
  afterEach(() => metrics.stop())

  const lines = async (name: string) =>
    (await metrics.text()).body.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))

  it('tell the power, energy, switch and reachability of a device', async () => {
    const labels = '{fleet="home",device_id="8006F4",alias="Kettle",model="HS110(EU)"}'
    assert.deepEqual(await lines('kasa_device_power_watts'), [`kasa_device_power_watts${labels} 1500.5`])
    const energy = 'kasa_device_energy_kilowatthours_total'
    assert.deepEqual(await lines(energy), [`${energy}${labels} 12.25`])
    assert.deepEqual(await lines('kasa_device_on'), [`kasa_device_on${labels} 1`])
    assert.deepEqual(await lines('kasa_device_online'), [`kasa_device_online${labels} 1`])
    assert.match((await lines('kasa_device_info'))[0] ?? '', /host="192\.168\.1\.5".*firmware="1\.2\.5"/)
  })

  it('tell of a device that is offline that it is, and its energy, and nothing that it measured before', async () => {
    fake.devices = [aFleetDevice({ state: 'offline' })]
    assert.match((await lines('kasa_device_online'))[0] ?? '', / 0$/)
    assert.equal((await lines('kasa_device_energy_kilowatthours_total')).length, 1)
    assert.deepEqual(await lines('kasa_device_power_watts'), [])
  })

  it('mark outlets by the strip that they are part of, so that a sum counts nothing twice', async () => {
    const outlet = aFleetDevice({ device: { device_id: '8006F4-1', parent_id: '8006F4' } })
    fake.devices = [aFleetDevice(), outlet]
    const power = await lines('kasa_device_power_watts')
    assert.deepEqual(
      power.map((line) => /parent_id="([^"]*)"/.exec(line)?.[1]),
      [undefined, '8006F4'],
    )
  })

  it('tell each device once, and nothing of hosts that have not said who they are', async () => {
    fake.devices = [aFleetDevice(), aFleetDevice(), { host: '192.168.1.9', alias: '192.168.1.9', state: 'unknown' }]
    assert.equal((await lines('kasa_device_power_watts')).length, 1)
  })

  it('tell thousands of devices, each once, below one head', async () => {
    fake.devices = Array.from({ length: 2500 }, (_none, index) => aFleetDevice({ device: { device_id: `${index}` } }))
    const power = await lines('kasa_device_power_watts')
    assert.equal(new Set(power).size, 2500)
    const { body } = await metrics.text()
    assert.equal(body.match(/^# (HELP|TYPE) kasa_device_power_watts .*$/gm)?.length, 2)
    assert.doesNotMatch(body, /\n\n/)
  })

  it('follow a device that gets another name', async () => {
    await metrics.text()
    fake.devices = [aFleetDevice({ device: { alias: 'Tea "kettle"\n' } })]
    now_ms += 1000
    assert.match((await lines('kasa_device_on'))[0] ?? '', /alias="Tea \\"kettle\\"\\n"/)
  })

  it('have durations as histograms whose buckets add up', async () => {
    for (const duration_ms of [1, 3, 30_000]) fake.polling.latency.add(duration_ms)
    const buckets = (await lines('kasa_poll_duration_seconds_bucket')).map((line) => line.split(' ')[1])
    assert.equal(buckets.length, 18)
    assert.deepEqual([buckets[0], buckets[2], buckets[3], buckets[16], buckets[17]], ['0', '1', '2', '2', '3'])
    assert.deepEqual(await lines('kasa_poll_duration_seconds_sum'), [
      'kasa_poll_duration_seconds_sum{fleet="home"} 30.004',
    ])
  })

  it('tell errors by their code, and states one by one', async () => {
    fake.polling.failed('REPLY_TIMEOUT')
    fake.database.state = 'retrying'
    assert.match((await lines('kasa_poll_failures_total')).join('\n'), /code="REPLY_TIMEOUT",fleet="home"} 1/)
    const states = (await lines('kasa_database_state')).filter((line) => line.endsWith(' 1'))
    assert.deepEqual(states, ['kasa_database_state{state="retrying",database="readings"} 1'])
  })

  it('tell the answers of the API by route and status, and how long they took', async () => {
    const counters = new ApiCounters([getMetrics])
    counters.answered(getMetrics, 200, 3, 100)
    counters.answered(undefined, 404, 1, 10)
    fake.api = { ...fake.api, ...counters.statistics() }
    assert.deepEqual(await lines('kasa_api_answers_total'), [
      'kasa_api_answers_total{method="GET",route="/metrics",status="200",api="house"} 1',
      'kasa_api_answers_total{method="",route="",status="404",api="house"} 1',
    ])
    const labels = '{method="GET",route="/metrics",api="house"}'
    const sum = 'kasa_api_answer_duration_seconds_sum'
    assert.deepEqual(await lines(sum), [`${sum}${labels} 0.003`])
    assert.deepEqual(await lines('kasa_api_sent_bytes_total'), ['kasa_api_sent_bytes_total{api="house"} 110'])
  })

  it('tell what became of messages, commands and alerts, and how long they took', async () => {
    const latency = durationsOf(5, 7).snapshot()
    fake.broker = { ...fake.broker, state: 'down', dropped: 4, latency }
    fake.alerts = { ...fake.alerts, firing: 2, changes: { raised: 3, resolved: 1 }, evaluations: latency }
    assert.deepEqual(await lines('kasa_mqtt_dropped_total'), ['kasa_mqtt_dropped_total{bridge="home assistant"} 4'])
    const count = 'kasa_mqtt_confirmation_duration_seconds_count'
    assert.deepEqual(await lines(count), [`${count}{bridge="home assistant"} 2`])
    assert.deepEqual(await lines('kasa_alert_changes_total'), [
      'kasa_alert_changes_total{change="raised",alert="alerts"} 3',
      'kasa_alert_changes_total{change="resolved",alert="alerts"} 1',
    ])
    const sum = 'kasa_alert_evaluation_duration_seconds_sum'
    assert.deepEqual(await lines(sum), [`${sum}{alert="alerts"} 0.012`])
    assert.match((await lines('kasa_mqtt_state')).join('\n'), /state="down",bridge="home assistant"} 1/)
  })

  it('know the process, Node-RED and the host', async () => {
    assert.match((await lines('kasa_build_info'))[0] ?? '', /version="1\.0\.0",node="\d+.*",node_red="4\.1\.0"} 1$/)
    assert.deepEqual(await lines('kasa_node_red_nodes'), ['kasa_node_red_nodes 7'])
    for (const name of [
      'kasa_process_resident_memory_bytes',
      'kasa_host_memory_size_bytes',
      'kasa_host_disk_size_bytes',
    ]) {
      assert.ok(Number((await lines(name))[0]?.split(' ')[1]) > 1e6, name)
    }
  })

  it('leave out a part that cannot be read, say so once, and count it', async () => {
    fake.database.statistics = () => {
      throw new MonitorError('INTERNAL', 'it cannot be read')
    }
    assert.deepEqual(await lines('kasa_spool_points'), [])
    assert.equal((await lines('kasa_device_on')).length, 1)
    now_ms += 1000
    assert.deepEqual(await lines('kasa_scrape_failures_total'), ['kasa_scrape_failures_total 2'])
    assert.deepEqual(
      reported.map(({ message }) => message),
      ['it cannot be read'],
    )
  })

  it('are made once for all who ask within a second', async () => {
    const [one, other] = await Promise.all([metrics.text(), metrics.text()])
    assert.equal(one, other)
    now_ms += 999
    assert.equal(await metrics.text(), one)
    now_ms += 1
    assert.notEqual(await metrics.text(), one)
  })

  it('have a description for each name, and no other names', async () => {
    const { body } = await metrics.text()
    const known = new Set(ALL_FAMILIES.flatMap(({ families }) => families.map(({ name }) => name)))
    const told = [...body.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? '')
    assert.ok(told.length > 60, `${told.length}`)
    assert.deepEqual(
      told.filter((name) => !known.has(name)),
      [],
    )
    assert.equal(new Set(told).size, told.length)
  })

  const missing = whyNoPromtool()
  if (missing !== undefined) it.skip(`pass promtool's check; not run: ${missing}`)
  else {
    it("pass promtool's check without a warning", async () => {
      const outlet = aFleetDevice({ device: { device_id: 'outlet', parent_id: '8006F4' } })
      const sensor = { temperature_c: 20, humidity_pct: 50, battery_pct: 80, motion: true, water_leak: false }
      fake.devices = [aFleetDevice(), outlet, aFleetDevice({ device: { device_id: 'sensor' }, reading: sensor })]
      fake.polling.failed('REPLY_TIMEOUT')
      assert.equal(promtool(['check', 'metrics'], (await metrics.text()).body), '')
    })
  }
})

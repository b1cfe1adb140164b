import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { parseInflux2Options } from '../../../src/database/influx/influx-options'
import { refusal } from '../../contract/database/subject'
import { answerFlux } from '../../support/flux-answers'
import { linesOf } from '../../support/influx-store'
import { Influx2Server } from '../../support/influx2-server'
import { tierStoreOn } from '../../support/influx-tiers'
import { anEmptyRow, aPlan, aRetention, aTier, DAY_MS, HOUR_MS } from '../../support/tier-plans'

const NOW = Math.floor(Date.now() / HOUR_MS) * HOUR_MS

describe('buckets of tiers in InfluxDB 2.x', () => {
  let server: Influx2Server
  let under: ReturnType<typeof tierStoreOn>

  const storeOf = (others: object = {}) =>
    tierStoreOn(
      parseInflux2Options({ url: server.url, organization: 'home', bucket: 'kasa', token: 'token', ...others }),
    )

  beforeEach(async () => {
    server = await new Influx2Server().start()
    server.flux = answerFlux
    under = storeOf()
  })
  afterEach(async () => {
    await under.end()
    await server.stop()
  })

  const everySeconds = (bucket: string) => server.bucket(bucket).rules.map((rule) => rule.everySeconds)
  const prepare = (plan = aPlan(), retention = aRetention()) => under.tiers.prepare(plan, retention)
  const put = (...lines: string[]) => under.put(linesOf(...lines))
  const reading = (timestamp: number) => `reading,device_id=plug-1 power_w=1,quality="good" ${timestamp}`

  it('keep rows for their life, the margin and a bucket', async () => {
    const ever = aTier({ name: 'ever', keep_days: 0 })
    assert.deepEqual(await prepare(aPlan({ tiers: [aTier(), ever] })), { findings: [] })
    assert.deepEqual([...server.buckets.keys()], ['kasa', 'kasa_hourly', 'kasa_ever'])
    assert.deepEqual(everySeconds('kasa_hourly'), [769 * 3600])
    assert.deepEqual(everySeconds('kasa_ever'), [])
  })

  it('that are not there yet have no rows', async () => {
    const range = { from: NOW, to: NOW + 1 }
    assert.equal(await under.tiers.extent(aTier()), undefined)
    assert.deepEqual(await under.tiers.devices(aTier(), range), [])
    assert.deepEqual(await under.tiers.read({ tier: aTier(), ...range, device_ids: [], fields: [] }), [])
    assert.deepEqual(await under.tiers.measure(aTier(), range), { rows: 0 })
  })

  it('follow a plan that changes, as long as nothing would be deleted by it', async () => {
    await prepare()
    await under.tiers.write(aTier(), [anEmptyRow(NOW - 20 * DAY_MS)])
    await prepare(aPlan({ tiers: [aTier({ keep_days: 60 })] }))
    assert.deepEqual(everySeconds('kasa_hourly'), [1489 * 3600])
    const shorter = aPlan({ tiers: [aTier({ keep_days: 5 })] })
    assert.match((await prepare(shorter)).findings.join(), /changed as soon as nothing older is left there/)
    assert.deepEqual(everySeconds('kasa_hourly'), [1489 * 3600])
    await under.tiers.expire({ source: aTier(), from: 0, to: NOW - 5 * DAY_MS, device_ids: [] })
    assert.deepEqual((await prepare(shorter)).findings, [])
    assert.deepEqual(everySeconds('kasa_hourly'), [169 * 3600])
  })

  it('of raw readings are changed where everything is to be set up and nothing else is there', async () => {
    await put(reading(NOW))
    assert.deepEqual(await prepare(aPlan(), aRetention('everything')), { findings: [], raw_retention_ms: 9 * DAY_MS })
    await put(`water,meter=cellar litres=1 ${NOW - 400 * DAY_MS}`)
    const longer = await prepare(aPlan({ raw_keep_days: 14 }), aRetention('everything'))
    assert.match(longer.findings.join(), /for 9 days, not for 16 days; .* because "water" is kept there as well/)
    assert.equal(longer.raw_retention_ms, 9 * DAY_MS)
  })

  it('of raw readings stay as they are where it cannot be found out what else is there', async () => {
    server.fail('/api/v2/query', { status: 503, body: { code: 'unavailable', message: 'busy' } })
    const { findings } = await prepare(aPlan({ tiers: [] }), aRetention('everything'))
    assert.match(findings.join(), /that is not changed, because what else is kept there could not be found out/)
    assert.deepEqual(everySeconds('kasa'), [])
  })

  it('are named to a person where the token may not make them; rows then find no place', async () => {
    const limited = storeOf({ token: 'writer' })
    const { findings } = await limited.tiers.prepare(aPlan(), aRetention())
    await limited.end()
    assert.match(
      findings.join(),
      /could not be made\. .*influx bucket create --org "home" --name "kasa_hourly" --retention 769h/,
    )
    assert.equal((await refusal(under.tiers.write(aTier(), [anEmptyRow(NOW)]))).code, 'DATABASE_MISSING')
  })

  it('lose what expires by the name of its measurement, and nothing of others', async () => {
    await put(reading(NOW - 1), reading(NOW), `water,device_id=plug-1 litres=1 ${NOW - 1}`)
    assert.equal(await under.tiers.expire({ source: 'raw', from: 0, to: NOW, device_ids: [] }), 1)
    assert.deepEqual(
      server.stored.lines.map(({ measurement, timestamp }) => [measurement, timestamp - NOW]),
      [
        ['water', -1],
        ['reading', 0],
      ],
    )
  })

  it('get fewer rows at a time where the server takes no more', async () => {
    await prepare()
    const rows = Array.from({ length: 10 }, (_, hour) => anEmptyRow(NOW - hour * HOUR_MS))
    await under.tiers.write(aTier(), rows.slice(0, 1))
    server.fail('/api/v2/write', { status: 413, body: { code: 'request too large', message: 'too large' } })
    await under.tiers.write(aTier(), rows)
    assert.equal(server.bucket('kasa_hourly').stored.lines.length, 10)
  })

  describe('while readings are rolled up', () => {
    const lines = linesOf(...Array.from({ length: 3000 }, (_, second) => reading(NOW + second * 1000)))
    const rollUp = () =>
      under.tiers.rollUp({ buckets: [{ from: NOW, to: NOW + HOUR_MS }], device_ids: [], fields: ['power_w'] })

    beforeEach(() => under.put(lines))

    for (const [fault, code] of [
      ['cut', 'DATABASE_UNAVAILABLE'],
      [{ status: 503, body: { code: 'unavailable', message: 'busy' } }, 'DATABASE_UNAVAILABLE'],
      [{ status: 401, body: { code: 'unauthorized', message: 'unauthorized access' } }, 'DATABASE_LOGIN_REFUSED'],
      [{ status: 200, body: '#datatype,string\r\n,error\r\n,x\r\n' }, undefined],
    ] as const) {
      const what = typeof fault === 'string' ? 'an answer that is cut short' : `an answer with ${fault.status}`
      it(`${what} is an error, and the next time all is well`, async () => {
        server.fail('/api/v2/query', fault)
        const { code: told } = await refusal(rollUp())
        if (code) assert.equal(told, code)
        assert.deepEqual(
          (await rollUp()).map(({ samples }) => samples),
          [3000],
        )
      })
    }

    it('a server that says nothing is waited for as long as the settings say', async () => {
      const impatient = storeOf({ timeout_ms: 1000 })
      await impatient.tiers.extent('raw')
      server.fail('/api/v2/query', 'silence')
      const { code } = await refusal(
        impatient.tiers.rollUp({ buckets: [{ from: NOW, to: NOW + 1 }], device_ids: [], fields: [] }),
      )
      await impatient.end()
      assert.equal(code, 'DATABASE_UNAVAILABLE')
    })
  })
})

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { after, afterEach, before, beforeEach, describe, it } from 'mocha'
import type { CacheStatistics } from '../../src/cache/cache-statistics'
import type { DatabaseHealth, HistoryBucket, HistoryRow } from '../../src/database/database'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'
import type { EnergyReport } from '../../src/energy/report'
import type { RetentionReport } from '../../src/retention/retention-report'
import { startInfluxd, whyNoInfluxd, type Influxd } from '../support/influx-servers'
import { inEachNodeRed, PROJECT, type FlowNode, type Message, type NodeRed } from '../support/node-red'

const FOLDER = join(PROJECT, 'examples', 'flows')
const FILES = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'))

const load = (file: string) => JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as FlowNode[]

/** A day that has only just begun has nothing yet. */
interface DayPoint {
  readonly x: number
  readonly y: number | null
}

describe('The example flows', () => {
  it('share no id, so that one can be imported beside the other', () => {
    const ids = FILES.flatMap(load).map(({ id }) => id)
    assert.deepEqual(
      ids.filter((id, index) => ids.indexOf(id) !== index),
      [],
    )
  })
})

inEachNodeRed('Every example flow', (current, aboutUs) => {
  let nodeRed: NodeRed
  beforeEach(() => void (nodeRed = current()))
  // Messages of one flow may be on their way while the next one is deployed.
  afterEach(() => nodeRed.deploy([]))

  for (const file of FILES) {
    const flow = load(file)
    const others = flow.filter(({ type }) => type.startsWith('ui-'))
    if (others.length > 0) {
      it.skip(`${relative('', file)} (not run here: it needs FlowFuse Dashboard; the editor's test imports it)`)
      continue
    }
    it(`${file} deploys without a word in the log`, async () => {
      await nodeRed.deployAsIs(flow)
      assert.deepEqual(nodeRed.errors, [])
      for (const { id, type } of flow) {
        if (!type.startsWith('kasa-')) continue
        // There is no broker here.
        const red = nodeRed.statuses(id).filter(({ fill, text = '' }) => fill === 'red' && !text.startsWith('broker away'))
        assert.deepEqual(red, [], type)
      }
    })
  }

  /**
   * Deploys an example; gives the ways to press its buttons and to see what its nodes get, by name.
   * @param change what its nodes, or its database, have instead of what stands in the file
   */
  async function run(
    file: string,
    change: object | ((node: FlowNode) => object) = {},
  ): Promise<{
    press: (button: string) => Promise<void>
    next: (debug: string) => Promise<Message>
    all: (debug: string) => readonly Message[]
  }> {
    const changeOf = typeof change === 'function' ? change : ({ type }: FlowNode) => (type === 'kasa-database' ? change : {})
    const flow = load(file).map((node): FlowNode => ({ ...node, ...changeOf(node) }))
    const id = (name: string) => flow.find((node) => node.name === name)?.id ?? `nothing is named ${name}`
    await nodeRed.deployAsIs(flow)
    return {
      press: (button) => nodeRed.send(id(button), {}),
      next: (debug) => nodeRed.receive(id(debug)),
      all: (debug) => nodeRed.received(id(debug)),
    }
  }

  /** The database takes the readings in its own time; asks until it has answered with as much as expected. */
  async function ask(flow: Awaited<ReturnType<typeof run>>, button: string, debug: string, least: number) {
    for (;;) {
      await flow.press(button)
      const { payload } = await flow.next(debug)
      if ((payload as unknown[]).length >= least) return payload
    }
  }

  aboutUs(() => {
  it('"Store readings and read them back" does so', async () => {
    const flow = await run('Store readings and read them back.json')
    await flow.press('every 5 s')
    const rows = (await ask(flow, 'the last hour', 'rows', 1)) as HistoryRow[]
    assert.equal(rows[0]?.device_id, 'example-kettle')
    const [latest] = (await ask(flow, 'latest', 'latest readings', 1)) as Reading[]
    assert.equal(latest?.alias, 'Kettle')
    const [bucket] = (await ask(flow, 'per minute', 'buckets', 1)) as HistoryBucket[]
    assert.ok(bucket?.fields.power_w)
    await flow.press('backup')
    assert.match(String((await flow.next('path of the copy')).payload), /kasa-monitor-example .*\.sqlite$/)
    assert.deepEqual(flow.all('errors'), [])
  })

  it('"Energy per hour" adds up to the energy of the day', async () => {
    const flow = await run('Energy per hour.json')
    await flow.press('make up yesterday')
    const hours = (await ask(flow, 'per hour', 'kWh per hour', 24)) as { energy_kwh?: number }[]
    // An hour that has just begun has used nothing yet that is known.
    const total_kwh = hours.reduce((sum, { energy_kwh = 0 }) => sum + energy_kwh, 0)
    assert.ok(Math.abs(total_kwh - ((85 * 15 + 25) / 40 / 1000) * 24) < 0.01, `${total_kwh} kWh`)
    await flow.press('6 hours, by 2 hours')
    assert.ok([3, 4].includes(((await flow.next('kWh per hour')).payload as unknown[]).length))
  })

  it('"What would retention delete" says so, and deletes nothing until it is told', async () => {
    const flow = await run('What would retention delete.json')
    const answer = async (button: string): Promise<RetentionReport> => {
      await flow.press(button)
      await flow.next('answer')
      return (await flow.next('report')).payload as RetentionReport
    }
    await flow.press('make up ten days')
    let dry = await answer('what would it delete?')
    while (dry.tiers[0]?.expired.rows === 0) dry = await answer('what would it delete?')
    const [raw, hourly, daily] = dry.tiers
    assert.ok(dry.dry)
    // Three of the ten days are older than seven; the edges lie within an hour.
    assert.ok(Math.abs((raw?.expired.rows ?? 0) - 3 * 288) <= 13, JSON.stringify(dry))
    assert.ok([239, 240, 241].includes(hourly?.rolled_up ?? 0), JSON.stringify(dry))
    const done = await answer('do it')
    assert.ok(!done.dry)
    assert.deepEqual(
      done.tiers.map(({ name, rolled_up, expired }) => [name, rolled_up, expired.rows]),
      [
        ['raw', 0, raw?.expired.rows],
        ['hourly', hourly?.rolled_up, 0],
        ['daily', daily?.rolled_up, 0],
      ],
    )
    assert.deepEqual(flow.all('errors'), [])
    assert.deepEqual(flow.all('events'), [])
  })

  it('"Keep a year of energy" gives the same energy of each day before and after readings are deleted', async () => {
    const flow = await run('Keep a year of energy.json')
    await flow.press('make up ten days')
    const before = (await ask(flow, 'kWh per day', 'kWh of each day', 10)) as DayPoint[]
    await flow.press('thin it out now')
    const { tiers } = (await flow.next('report')).payload as RetentionReport
    assert.ok((tiers[0]?.expired.rows ?? 0) > 500, JSON.stringify(tiers))
    const after = (await ask(flow, 'kWh per day', 'kWh of each day', 10)) as DayPoint[]
    assert.deepEqual(
      after.map(({ x }) => x),
      before.map(({ x }) => x),
    )
    // Rows are of whole millionths of a kWh.
    for (const [index, { y }] of after.entries()) assert.ok(Math.abs((y ?? 0) - (before[index]?.y ?? 0)) < 1e-4)
    assert.deepEqual(flow.all('errors'), [])
  })

  it('"Back up every night and keep seven" does so, and touches no other file', async () => {
    const flow = await run('Back up every night and keep seven.json')
    const folder = join(nodeRed.userDir, 'backups')
    const copies = () => readdirSync(folder).filter((name) => /^kasa-monitor-example-backup .*\.sqlite$/.test(name))
    const made: string[] = []
    for (let night = 0; night < 9; night++) {
      await flow.press('every night at 3')
      await flow.next('copies')
      made.push(...copies().filter((name) => !made.includes(name)))
    }
    await flow.next('deleted')
    await flow.next('deleted')
    assert.equal(made.length, 9)
    assert.deepEqual(copies().sort(), made.slice(2).sort())
    assert.deepEqual(flow.all('errors'), [])
  })

  it('"Energy and cost of yesterday" tells what each device has used, and what that costs', async () => {
    const flow = await run('Energy and cost of yesterday.json')
    await flow.press('make up yesterday')
    let report: EnergyReport
    do {
      await flow.press('yesterday')
      report = (await flow.next('report')).payload as EnergyReport
    } while (report.devices.length < 2)
    const [kettle, refrigerator] = report.devices
    // Once a year yesterday has 25 hours.
    assert.ok((kettle?.energy_kwh ?? 0) > 1.199)
    assert.ok((refrigerator?.cost?.total ?? 0) > (((85 * 15 + 25) / 40 / 1000) * 24 * 0.24 + 6 / 31) * 1.19 - 0.1)
    assert.match(String((await flow.next('in words')).payload), /^example-kettle: 1\.[24]0 kWh, .* EUR$/m)
  })

  it('"Read history page by page" reads every row and ends by itself', async () => {
    const flow = await run('Read history page by page.json')
    await flow.press('make up an hour')
    const sizes: number[] = []
    while (sizes.length === 0) {
      await flow.press('read it all')
      let message = await flow.next('page')
      while ((message.payload as unknown[]).length > 0) {
        sizes.push((message.payload as unknown[]).length)
        if (message.cursor === undefined) break
        message = await flow.next('page')
      }
    }
    assert.deepEqual(sizes, [250, 250, 220])
    assert.deepEqual(flow.all('page'), [])
  })

  it('"Fill gaps after an outage" keeps what devices have recorded', async () => {
    const flow = await run('Fill gaps after an outage.json')
    await flow.press('make up an outage')
    const records = (await ask(flow, 'last week', 'kWh', 5)) as RecordedEnergy[]
    assert.deepEqual(
      records.map(({ used_kwh }) => used_kwh),
      [0.5, 0.4, 0.3, 0.2, 0.1],
    )
  })

  it('"Database health" tells how the database is', async () => {
    const flow = await run('Database health.json')
    await flow.press('make up a day')
    for (;;) {
      await flow.press('how is it?')
      const health = (await flow.next('health')).payload as DatabaseHealth
      if (health.rows === 24 * 60) break
    }
    assert.deepEqual(flow.all('errors'), [])
  })

  const missing = whyNoInfluxd()
  if (missing !== undefined) it.skip(`"Write to InfluxDB", "Any measurement into InfluxDB": not run: ${missing}`)
  else {
    describe('with a real server', () => {
      let influxd: Influxd
      before(async function () {
        this.timeout(60_000)
        influxd = await startInfluxd()
        await influxd.query('CREATE DATABASE "kasa_monitor"')
      })
      after(() => influxd?.stop())

      it('"Write to InfluxDB" writes there, and reads it back', async () => {
        const flow = await run('Write to InfluxDB.json', { url: influxd.url })
        await flow.press('a reading')
        assert.equal(((await flow.next('on disk')).payload as Reading).device_id, 'example-kettle')
        const rows = (await ask(flow, 'the last hour', 'rows', 1)) as HistoryRow[]
        assert.equal(rows[0]?.device_id, 'example-kettle')
        assert.deepEqual(flow.all('errors'), [])
      })

      it('the flow that is moved over in the documentation writes what the old one did', async () => {
        const page = readFileSync(join(PROJECT, 'docs', 'moving-from-influxdb-nodes.md'), 'utf8')
        const [before = [], after = []] = [...page.matchAll(/^```json\n([^]*?)^```$/gm)].map(
          ([, text]) => JSON.parse(text ?? '') as FlowNode[],
        )
        const injects = (flow: FlowNode[]) => flow.filter(({ type }) => type === 'inject')
        const payloads = injects(after).map(({ payload }) => payload)
        assert.deepEqual(
          injects(before)
            .map(({ payload }) => payload)
            .slice(0, payloads.length),
          payloads,
        )
        await influxd.query('CREATE DATABASE "home"')
        await nodeRed.deployAsIs(
          after.map((node) => (node.type === 'kasa-database' ? { ...node, url: influxd.url } : node)),
        )
        for (const { id } of injects(after)) await nodeRed.send(id, {})
        for (const { id, type } of after) if (type === 'kasa-write') await nodeRed.status(id, /^2 written$/)
        assert.deepEqual((await influxd.query('SHOW MEASUREMENTS', 'home')).flat(), ['rain', 'weather'])
        assert.deepEqual(nodeRed.errors, [])
      })

      it('"Any measurement into InfluxDB" writes all of them', async () => {
        const file = 'Any measurement into InfluxDB.json'
        const flow = await run(file, { url: influxd.url })
        for (const { type, name } of load(file)) if (type === 'inject') await flow.press(String(name))
        const write = load(file).find(({ type }) => type === 'kasa-write')
        await nodeRed.status(write?.id ?? '', /^8 written$/)
        const measurements = (await influxd.query('SHOW MEASUREMENTS', 'kasa_monitor')).flat()
        assert.deepEqual(
          measurements.filter((name) => name !== 'reading'),
          ['rain', 'sun', 'water', 'weather'],
        )
        assert.deepEqual(flow.all('errors'), [])
      })
    })
  }

  it('"Cache a slow web page" loads it once, however often it is asked for', async () => {
    const page_url = `${nodeRed.url}/kasa-monitor-example/slow-page`
    const hasten = (node: FlowNode): object => {
      if (node.type === 'inject' && node.repeat !== '') return { repeat: '0.02' }
      if (node.type === 'delay') return { timeout: '300', timeoutUnits: 'milliseconds' }
      return node.type === 'http request' ? { url: page_url } : {}
    }
    const flow = await run('Cache a slow web page.json', hasten)
    const loads = async () => ((await flow.next('page')).payload as { loads: number }).loads
    // A second of a dashboard that asks fifty times as often: many at once for the page that is missing, then all the others.
    const seen = []
    while (seen.length < 50) seen.push(await loads())
    assert.deepEqual(new Set(seen), new Set([1]))
    await flow.press('forget the page')
    while ((await loads()) === 1);
    for (let page = 0; page < 50; page++) assert.equal(await loads(), 2)
    assert.deepEqual(flow.all('make the page'), flow.all('make the page').slice(0, 2))
    assert.deepEqual(flow.all('failed'), [])
    assert.deepEqual(nodeRed.errors, [])
  })

  it('"Cache a slow web page" says that the page cannot be loaded', async () => {
    const nobody_listens = 'http://127.0.0.1:9/'
    const change = (node: FlowNode): object => (node.type === 'http request' ? { url: nobody_listens } : {})
    const flow = await run('Cache a slow web page.json', change)
    assert.match(((await flow.next('failed')).error as Error).message, /ECONNREFUSED/)
    assert.deepEqual(flow.all('page'), [])
  })

  it('"Latest readings from the cache" gives all plugs at once, and forgets a room', async () => {
    const file = 'Latest readings from the cache.json'
    const flow = await run(file)
    const plugs = async (count: number): Promise<string[]> => {
      for (;;) {
        await flow.press('all plugs')
        const names = Object.keys((await flow.next('latest readings')).payload as object)
        if (names.length === count) return names.sort()
      }
    }
    await flow.press('measure')
    const set = load(file).find(({ operation }) => operation === 'set')
    await nodeRed.status(set?.id ?? '', /kept$/)
    assert.deepEqual(await plugs(3), ['live:fridge', 'live:kettle', 'live:lamp'])
    await flow.press('forget the kitchen')
    assert.equal(((await flow.next('deleted')).cache as { deleted: number }).deleted, 2)
    assert.deepEqual(await plugs(1), ['live:lamp'])
    await flow.press('how is the cache?')
    const { kinds } = (await flow.next('statistics')).payload as CacheStatistics
    assert.equal(kinds.flow.invalidations, 2)
  })

  it('"Gather messages into batches" does so, lets an overload go at once, and discards when it is told', async () => {
    const slow = ({ type, repeat }: FlowNode): object => {
      if (type === 'kasa-batch') return { maximum_ms: 3_600_000 }
      return type === 'inject' && repeat !== '' ? { repeat: '', once: false } : {}
    }
    const file = 'Gather messages into batches.json'
    const flow = await run(file, slow)
    const gathering = load(file).find(({ type }) => type === 'kasa-batch')?.id ?? ''
    const next = async () => {
      for (;;) {
        const { payload, batch } = await flow.next('batches')
        const { reason } = batch as { reason: string }
        // What it had gathered when it was deployed before, for as long as that took.
        if (reason !== 'close') return [(payload as Reading[]).length, reason]
      }
    }
    const press = async (button: string, times: number) => {
      for (let time = 0; time < times; time++) {
        await flow.press(button)
        await nodeRed.receive(gathering)
      }
    }
    await press('five a second', 10)
    assert.deepEqual(await next(), [10, 'count'])
    await press('five a second', 2)
    await press('overload', 1)
    assert.deepEqual(await next(), [3, 'critical'])
    await press('five a second', 1)
    await press('throw away', 1)
    assert.match(((await flow.next('errors')).error as Error).message, /reset/)
    await press('five a second', 4)
    await press('send now', 1)
    assert.deepEqual(await next(), [4, 'flush'])
    assert.deepEqual(flow.all('errors'), [])
  })

  it('"Ask for readings over HTTP" gets them, in buckets, and as a table', async () => {
    const change = ({ type, url }: FlowNode): object =>
      type === 'http request' ? { url: String(url).replace('http://localhost:1880', nodeRed.url) } : {}
    const flow = await run('Ask for readings over HTTP.json', change)
    const get = async (button: string, debug: string): Promise<unknown> => {
      await flow.press(button)
      return (await flow.next(debug)).payload
    }
    await flow.press('make up an hour')
    let newest: { readonly readings?: readonly Reading[] } = {}
    while (!newest.readings?.length) newest = (await get('the newest', 'newest readings')) as typeof newest
    assert.equal(newest.readings[0]?.device_id, 'example-kettle')
    const { rows } = (await get('by 15 minutes', 'buckets')) as { rows: HistoryBucket[] }
    assert.ok(rows.length >= 4 && rows[0]?.fields.power_w)
    assert.match(String(await get('as a table', 'lines')), /^device_id,timestamp,quality,power_w,on\r\nexample-kettle,\d+,good,/)
    assert.deepEqual(flow.all('errors'), [])
  })

  it('"Ask any source at an adaptive interval" asks, and is told when to ask again', async () => {
    const file = 'Ask any source at an adaptive interval.json'
    const flow = await run(file)
    assert.equal((await flow.next('level')).topic, 'tank')
    const interval = load(file).find(({ type }) => type === 'kasa-interval')
    await nodeRed.status(interval?.id ?? '', /^next in \d+\.\d s$/)
  })
  })
})

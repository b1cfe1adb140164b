import { LineSplitter } from '@influxdata/influxdb-client'
import { describe, it } from 'mocha'
import type { Point } from '../../../src/database/database'
import { parseInflux1Options } from '../../../src/database/influx/influx-options'
import { describeDatabase } from '../../contract/database.contract'
import { startInfluxDatabase } from '../../support/influx-database'
import { startInfluxd, whyNoInfluxd, type Influxd } from '../../support/influx-servers'

const reason = whyNoInfluxd()
if (reason) describe('a database: InfluxDB 1.x', () => void it.skip(`not run: ${reason}`))
else {
  describeDatabase('InfluxDB 1.x', async () => {
    const server = await startInfluxd()
    await server.query('CREATE DATABASE "of the test"')
    const options = parseInflux1Options({ url: server.url, database: 'of the test' })
    const { database, end } = await startInfluxDatabase(options)
    return {
      database,
      fieldsAt: (place) => fieldsAt(server, place),
      end: async () => {
        await end()
        await server.stop()
      },
    }
  })
}

type Place = Pick<Point, 'measurement' | 'tags' | 'timestamp'>

/** As CSV, because large integers lose digits in JSON; the names of these tests hold no quotes. */
async function fieldsAt(
  server: Influxd,
  { measurement, tags, timestamp }: Place,
): Promise<Point['fields'] | undefined> {
  const all = (await server.query(`SHOW TAG KEYS FROM "${measurement}"`, 'of the test')).flat()
  const types = new Map(
    (await server.query(`SHOW FIELD KEYS FROM "${measurement}"`, 'of the test')) as [string, string][],
  )
  const conditions = all.map((name) => `"${String(name)}" = '${tags[String(name)] ?? ''}'`)
  const where = [`time = ${timestamp}ms`, ...conditions].join(' AND ')
  const names = [...types.keys()].map((name) => `"${name}"`).join(', ')
  if (names === '') return undefined
  const body = new URLSearchParams({ db: 'of the test', q: `SELECT ${names} FROM "${measurement}" WHERE ${where}` })
  const answer = await fetch(`${server.url}/query`, { method: 'POST', body, headers: { accept: 'application/csv' } })
  const [header, row] = (await answer.text()).split('\n').map((line) => new LineSplitter().splitLine(line))
  if (!header || !row || row.length < 3) return undefined
  // Before the values stand the measurement, its tags and the time.
  const values = header.slice(3).map((name, index) => [name, row[index + 3] ?? ''] as const)
  const present = values.filter(([, text]) => text !== '')
  return Object.fromEntries(present.map(([name, text]) => [name, valueOf(types.get(name), text)]))
}

function valueOf(type: string | undefined, text: string): number | bigint | boolean | string {
  if (type === 'integer') return BigInt(text)
  if (type === 'float') return Number(text)
  return type === 'boolean' ? text === 'true' : text
}

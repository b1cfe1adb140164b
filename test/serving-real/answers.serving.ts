import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { askWhatever, mistakesIn, type Campaign, type Outcome } from './schemathesis'
import { COMMAND_KEY, ServedHome } from './served-home'

const WITHIN_MS = 600_000
const MOST_PRINTED = 20_000
const LEAST_REQUESTS = 5000

describe('An API of a real Node-RED', function () {
  this.timeout(WITHIN_MS)
  const home = new ServedHome()
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-api-'))
  let device_ids: string[]
  let requests = 0

  before(async () => {
    await home.start()
    device_ids = await home.deviceIds()
  })

  after(async () => {
    await home.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const campaign = async (own: Pick<Campaign, 'name' | 'url' | 'examples'> & Partial<Campaign>): Promise<Outcome> => {
    const outcome = await askWhatever({ folder, device_ids, ...own })
    const count = Object.values(outcome.statuses).reduce((sum, each) => sum + each, 0)
    requests += count
    console.log(`      ${count} requests, by status: ${JSON.stringify(outcome.statuses)}`)
    assert.ok(outcome.succeeded, outcome.printed.slice(-MOST_PRINTED))
    assert.equal(outcome.statuses[500], undefined)
    return outcome
  }

  for (const [name, headers] of [
    ['open', {}],
    ['whole', { 'x-api-key': COMMAND_KEY }],
  ] as const) {
    it(`has a description that openapi-spec-validator accepts: ${name}`, async () => {
      const file = join(folder, `${name}.json`)
      writeFileSync(file, await (await fetch(`${home[name]}/openapi.json`, { headers })).text())
      assert.equal(await mistakesIn(file), '')
      assert.match(readFileSync(file, 'utf8'), /"openapi":"3\.1\.0"/)
    })
  }

  it('answers as its description says, whatever is asked with a key that may command', async () => {
    const { statuses } = await campaign({
      ...{ name: 'keyed', url: home.whole, key: COMMAND_KEY, examples: 130, without: UNENDING },
    })
    for (const status of [200, 400, 404, 405, 415, 422]) assert.ok((statuses[status] ?? 0) > 0, `no ${status}`)
  })

  it('answers as its description says without a key', async () => {
    const { statuses } = await campaign({
      name: 'keyless',
      url: home.whole,
      description: join(folder, 'whole.json'),
      examples: 15,
    })
    assert.ok((statuses[401] ?? 0) > 100)
  })

  it('answers as its description says where it has no database', async () => {
    const { statuses } = await campaign({ name: 'bare', url: home.bare, examples: 40, without: UNENDING })
    assert.ok((statuses[501] ?? 0) > 0)
  })

  it(`was asked at least ${LEAST_REQUESTS} times, and is as well as before`, async () => {
    assert.ok(requests >= LEAST_REQUESTS, `${requests} requests`)
    assert.deepEqual((await home.deviceIds()).sort(), device_ids.toSorted())
    assert.deepEqual(home.nodeRed.faults, [])
  })
})

/** It tells what happens for as long as somebody listens. */
const UNENDING = ['listenLive']

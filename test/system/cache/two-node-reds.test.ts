import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { PROJECT } from '../../support/node-red'
import { NodeRedProcess, type NodeRedVersion } from '../../support/node-red-process'
import { startRedis, whyNoRedis, type RedisServer } from '../../support/redis-servers'

const PATIENCE_MS = 120_000
const VERSION: NodeRedVersion = {
  title: '4.1',
  node: process.execPath,
  red: join(PROJECT, 'node_modules', 'node-red', 'red.js'),
}
/** For how long one may serve what the other has changed. */
const STALE_MS = 100
const CHANGES = 30

const pause = (duration_ms: number) => new Promise((resolve) => setTimeout(resolve, duration_ms))

describe('two Node-REDs with one Redis', () => {
  const first = new NodeRedProcess(VERSION, { packs: [PROJECT] })
  const second = new NodeRedProcess(VERSION, { packs: [PROJECT] })
  const both = [first, second]
  let redis: RedisServer | undefined
  let folder: string
  let loads: string

  before(async function () {
    this.timeout(PATIENCE_MS)
    const missing = whyNoRedis() ?? whyNoBuild()
    if (missing !== undefined) {
      console.log(`      not run: ${missing}`)
      this.skip()
    }
    folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-cache-'))
    loads = join(folder, 'loads')
    redis = await startRedis()
    await Promise.all(both.map((nodeRed) => nodeRed.start()))
    for (const nodeRed of both) await nodeRed.deploy(flowWith(redis.url, loads))
  })

  after(async () => {
    await Promise.all(both.map((nodeRed) => nodeRed.stop()))
    await redis?.stop()
    if (folder) rmSync(folder, { recursive: true, force: true })
  })

  const ask = async (nodeRed: NodeRedProcess, path: string) => {
    const reply = await fetch(`${nodeRed.url}/${path}`)
    return reply.text()
  }
  const set = (nodeRed: NodeRedProcess, key: string, value: string) => ask(nodeRed, `set?key=${key}&value=${value}`)
  const get = (nodeRed: NodeRedProcess, key: string) => ask(nodeRed, `get?key=${key}`)

  it('make one computation of a thousand messages for one missing key, 500 in each', async function () {
    this.timeout(PATIENCE_MS)
    const questions = both.flatMap((nodeRed) => Array.from({ length: 500 }, () => ask(nodeRed, 'page?key=costly')))
    const answers = new Set(await Promise.all(questions))
    assert.equal(answers.size, 1, [...answers].join())
    assert.equal(readFileSync(loads, 'utf8'), 'costly\n')
  })

  it(`never serve what the other has changed for longer than ${STALE_MS} ms`, async function () {
    this.timeout(PATIENCE_MS)
    for (let change = 0; change < CHANGES; change++) {
      const [changer, other] = change % 2 === 0 ? [first, second] : [second, first]
      // So that each has the value of before in its memory.
      await Promise.all(both.map((nodeRed) => get(nodeRed, 'shared')))
      await set(changer, 'shared', `value-${change}`)
      await pause(STALE_MS)
      assert.equal(await get(other, 'shared'), `value-${change}`)
      assert.equal(await get(changer, 'shared'), `value-${change}`)
    }
  })

  it('forget at once what the other deletes', async function () {
    this.timeout(PATIENCE_MS)
    await set(first, 'short', 'lived')
    await until(async () => (await get(second, 'short')) === 'lived')
    await ask(first, 'delete?key=short')
    await pause(STALE_MS)
    assert.equal(await get(second, 'short'), 'nothing')
  })

  it('both go on alone when Redis is killed, say so once, and come back by themselves', async function () {
    this.timeout(PATIENCE_MS)
    const from = both.map(({ log }) => log.length)
    const said = (text: string) =>
      both.map(
        ({ log }, index) =>
          log
            .slice(from[index])
            .split('\n')
            .filter((line) => line.includes(text)).length,
      )
    await redis?.kill()
    await until(() => said('Memory goes on alone').every((lines) => lines > 0))
    for (let message = 0; message < 50; message++) {
      for (const [index, nodeRed] of both.entries()) {
        await set(nodeRed, `own-${index}`, `${message}`)
        assert.equal(await get(nodeRed, `own-${index}`), `${message}`)
        assert.match(await ask(nodeRed, `page?key=alone-${index}-${message % 5}`), /^made of alone/)
      }
    }
    await redis?.restart()
    await until(() => said('Redis is back').every((lines) => lines > 0))
    assert.deepEqual(said('Memory goes on alone'), [1, 1])
    assert.deepEqual(said('Redis is back'), [1, 1])
    // What was kept meanwhile is shared now, and so is what comes next.
    await until(async () => (await get(second, 'own-0')) === '49' && (await get(first, 'own-1')) === '49')
    await set(second, 'shared', 'after all')
    await until(async () => (await get(first, 'shared')) === 'after all')
    for (const nodeRed of both) assert.ok(nodeRed.alive)
    assert.deepEqual(
      both.flatMap(({ faults }) => faults),
      [],
    )
  })
})

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const limit = Date.now() + PATIENCE_MS / 2; !(await holds()); await pause(50)) {
    assert.ok(Date.now() < limit, 'it never came true')
  }
}

function whyNoBuild(): string | undefined {
  if (existsSync(join(PROJECT, 'dist', 'nodes'))) return undefined
  return '`npm run build` makes the folder dist, which is what gets loaded'
}

/** Answers over HTTP: `get`, `set` and `delete` do what they say; `page` makes what is missing, and notes so in a file. */
function flowWith(redis_url: string, loads: string): object[] {
  const at = { z: 'tab', x: 0, y: 0 }
  const route = (path: string, to: string) => [
    { ...at, id: `in ${path}`, type: 'http in', url: `/${path}`, method: 'get', wires: [[`ask ${path}`]] },
    {
      ...at,
      id: `ask ${path}`,
      type: 'function',
      func: 'msg.topic = msg.req.query.key\nmsg.payload = msg.req.query.value ?? "nothing"\nreturn msg',
      outputs: 1,
      wires: [[to]],
    },
  ]
  const cache = (operation: string, more: object) => {
    return { ...at, id: operation, type: 'kasa-cache', store: 'store', operation, ...more }
  }
  const make = 'setTimeout(() => node.send({ ...msg, payload: `made of ${msg.topic} ${Math.random()}` }), 500)'
  return [
    { id: 'tab', type: 'tab' },
    // Patient: on a busy machine Redis is late now and then, and what is late counts as missing.
    { id: 'store', type: 'kasa-cache-store', redis_url, timeout_ms: 2000 },
    ...route('get', 'get'),
    cache('get', { wires: [['response'], ['response']], wait_s: 0 }),
    ...route('set', 'set'),
    cache('set', { wires: [['response'], []] }),
    ...route('delete', 'delete'),
    cache('delete', { wires: [['response'], []] }),
    ...route('page', 'page'),
    cache('get', { id: 'page', wires: [['response'], ['make', 'note']], wait_s: 60 }),
    { ...at, id: 'make', type: 'function', func: make, outputs: 1, wires: [['keep']] },
    { ...at, id: 'note', type: 'function', func: 'return { payload: msg.topic }', outputs: 1, wires: [['file']] },
    {
      ...at,
      id: 'file',
      type: 'file',
      filename: loads,
      filenameType: 'str',
      overwriteFile: 'false',
      appendNewline: true,
      wires: [[]],
    },
    cache('set', { id: 'keep', wires: [['response'], []] }),
    { ...at, id: 'response', type: 'http response', wires: [] },
  ]
}

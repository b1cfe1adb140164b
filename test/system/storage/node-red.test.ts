import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, it } from 'mocha'
import { withFolder } from '../../support/database-samples'
import { killsOf } from '../../support/kills'
import { PROJECT } from '../../support/node-red'
import { NodeRedProcess, type NodeRedVersion } from '../../support/node-red-process'
import { reading } from '../../support/readings'
import { assertSettles, openDatabase, readingsInFile, textOf, unlocked, until } from './stores'

const WITHIN_MS = 300_000
const KILLS = killsOf(50)
const VERSION: NodeRedVersion = {
  title: '4.1',
  node: process.execPath,
  red: join(PROJECT, 'node_modules', 'node-red', 'red.js'),
}

const pause = (duration_ms: number) => new Promise((resolve) => setTimeout(resolve, duration_ms))

describe('a Node-RED that is killed while readings flow', () => {
  it(`has every reading that was done in its database, once, after ${KILLS} kills`, async function () {
    this.timeout(WITHIN_MS)
    if (isMissing()) this.skip()
    await withFolder(async (folder) => {
      const [file, done] = [join(folder, 'home.sqlite'), join(folder, 'done')]
      const nodeRed = new NodeRedProcess(VERSION, { packs: [PROJECT] })
      try {
        await nodeRed.start()
        await nodeRed.deploy(flowInto(file, done))
        for (let kill = 0; kill < KILLS; kill++) {
          const before = textIn(done)
          if (kill > 0) await nodeRed.start()
          await until('readings are done', () => textIn(done) !== before)
          await pause(Math.random() * 500)
          await nodeRed.kill()
        }
      } finally {
        await nodeRed.stop()
      }
      // The last line may be cut.
      const accepted = textIn(done).split('\n').slice(0, -1)
      await settled(file, folder)
      const stored = readingsInFile(file).map(textOf)
      const found = new Set(stored)
      assert.equal(found.size, stored.length, 'some are stored twice')
      assert.deepEqual(
        accepted.filter((text) => !found.has(text)),
        [],
        `of ${accepted.length} that were done`,
      )
    })
  })
})

describe('two Node-REDs with one database', () => {
  const first = new NodeRedProcess(VERSION, { packs: [PROJECT] })
  const second = new NodeRedProcess(VERSION, { packs: [PROJECT] })

  before(async function () {
    this.timeout(WITHIN_MS)
    if (isMissing()) this.skip()
    await Promise.all([first.start(), second.start()])
  })

  after(() => Promise.all([first.stop(), second.stop()]))

  it('tell the second that the first has it, which takes over when the first is gone', async function () {
    this.timeout(WITHIN_MS)
    await withFolder(async (folder) => {
      const [file, done] = [join(folder, 'home.sqlite'), join(folder, 'done')]
      await first.deploy(flowInto(file, join(folder, 'done by the first')))
      await second.deploy(flowInto(file, done))
      await until('the second is refused', () => /^SPOOL_LOCKED$/m.test(textIn(`${done}.errors`)))
      assert.equal(textIn(done), '', 'the second has written too')
      await first.kill()
      await until('the second writes', () => textIn(done) !== '')
      assert.ok(second.alive)
      // It would go on writing into the folder while that is removed.
      await second.stop()
    })
  })
})

function isMissing(): boolean {
  if (existsSync(join(PROJECT, 'dist', 'nodes'))) return false
  console.log('      not run: `npm run build` makes the folder dist, which is what gets loaded')
  return true
}

/** Four plugs that say something every 50 ms. Which of it was done stands in a file; codes of errors in another one. */
function flowInto(file: string, done: string): object[] {
  const on = { z: 'tab', x: 0, y: 0 }
  const make = `
    const reading = ${JSON.stringify(reading())}
    return [['plug-1', 'plug-2', 'plug-3', 'plug-4'].map((device_id) =>
      ({ payload: { ...reading, device_id, timestamp: Date.now() } }))]`
  const note = 'return { payload: `${msg.payload.device_id} ${msg.payload.timestamp}` }'
  return [
    { id: 'tab', type: 'tab', label: 'test' },
    { id: 'database', type: 'kasa-database', file, batch_delay_ms: 20 },
    { ...on, id: 'tick', type: 'inject', props: [], repeat: '0.05', once: true, wires: [['make']] },
    { ...on, id: 'make', type: 'function', func: make, outputs: 1, wires: [['write']] },
    { ...on, id: 'write', type: 'kasa-write', database: 'database', wires: [] },
    { ...on, id: 'complete', type: 'complete', scope: ['write'], wires: [['note']] },
    { ...on, id: 'note', type: 'function', func: note, outputs: 1, wires: [['file']] },
    { ...on, id: 'catch', type: 'catch', scope: ['write'], wires: [['error']] },
    {
      ...on,
      id: 'error',
      type: 'function',
      func: 'return { payload: msg.error.code }',
      outputs: 1,
      wires: [['errors']],
    },
    { ...on, ...appendTo(`${done}.errors`), id: 'errors' },
    { ...on, ...appendTo(done), id: 'file' },
  ]
}

function textIn(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

function appendTo(filename: string): object {
  return { type: 'file', filename, filenameType: 'str', overwriteFile: 'false', appendNewline: true, wires: [[]] }
}

async function settled(file: string, folder: string): Promise<void> {
  const database = openDatabase(file, folder)
  await unlocked(database)
  try {
    await assertSettles(database)
  } finally {
    await database.stop()
  }
}

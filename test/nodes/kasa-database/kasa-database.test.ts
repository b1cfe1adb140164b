import assert from 'node:assert/strict'
import { join } from 'node:path'
import { beforeEach, it } from 'mocha'
import { arrival, ARRIVAL } from '../../support/arrival'
import { inEachNodeRed, type FlowNode, type NodeRed } from '../../support/node-red'
import { reading } from '../../support/readings'

let files = 0

inEachNodeRed('kasa-database', (current) => {
  let nodeRed: NodeRed
  let file: string

  beforeEach(() => {
    nodeRed = current()
    file = `database-${++files}.sqlite`
  })

  const write = (database: string): FlowNode => ({ id: `write-${database}`, type: 'kasa-write', database, wires: [] })
  const latest = (database: string): FlowNode => {
    return { id: `latest-${database}`, type: 'kasa-history', operation: 'latest', database, wires: [['answer']] }
  }
  const database = (id: string, more: object = {}): FlowNode => ({ id, type: 'kasa-database', file, ...more })

  it('opens its file when the flow starts', async () => {
    await nodeRed.deploy([database('a')])
    await nodeRed.status('a', /^open$/)
  })

  it('is shared by two nodes that name one file', async () => {
    const absolute = join(nodeRed.userDir, file)
    const arrivalInB = { ...ARRIVAL, database: 'b' }
    await nodeRed.deploy([database('a'), database('b', { file: absolute }), write('a'), latest('b'), arrivalInB])
    await nodeRed.send('write-a', { payload: reading() })
    await arrival(nodeRed)
    await nodeRed.send('latest-b', {})
    assert.deepEqual((await nodeRed.receive('answer')).payload, [reading()])
  })

  it('refuses a file that another one has open with other settings', async () => {
    await nodeRed.deploy([database('a'), database('b', { cache_mb: 64 }), write('b')])
    await nodeRed.status('b', /^file: /)
    await assert.rejects(nodeRed.send('write-b', { payload: reading() }), {
      code: 'CONFIG_INVALID',
      message: /^database: .* kasa-database that is set up without errors$/,
    })
  })

  const wrong: [string, object, RegExp][] = [
    ['a file without a name', { file: ' ' }, /^file: " " /],
    ['a cache of 0 MB', { cache_mb: '0' }, /^cache_mb: "0" .* from 1 to 1024 MB$/],
    ['a journal that does not exist', { journal_mode: 'NONE' }, /^journal_mode: "NONE" .* one of WAL, DELETE$/],
    [
      'a kind that does not exist',
      { kind: 'papyrus' },
      /^kind: "papyrus" .* one of sqlite, influx1, influx2, influx3$/,
    ],
  ]
  for (const [title, settings, message] of wrong) {
    it(`refuses ${title}`, async () => {
      await nodeRed.deploy([database('a', settings)])
      assert.match(nodeRed.errors.join('\n').replace(/^MonitorError: /, ''), message)
    })
  }

  it('can be given another file by a deploy of what has changed', async () => {
    const flow = (name: string) => [
      { id: 'tab', type: 'tab' },
      database('a', { file: name }),
      { ...write('a'), x: 1, y: 1, z: 'tab' },
      { ...latest('a'), x: 1, y: 2, z: 'tab', wires: [['answer']] },
      { id: 'answer', type: 'debug', x: 1, y: 3, z: 'tab', wires: [] },
    ]
    await nodeRed.deployAsIs(flow(file))
    await nodeRed.send('write-a', { payload: reading() })
    await nodeRed.deployAsIs(flow(`other-${file}`), 'nodes')
    await nodeRed.send('latest-a', {})
    assert.deepEqual((await nodeRed.receive('answer')).payload, [])
  })
})

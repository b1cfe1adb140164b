import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { Status } from '../../../nodes/shared/status'
import { FakeNode } from '../../support/fake-node'

describe('The status of a node', () => {
  let node: FakeNode
  let status: Status

  beforeEach(() => {
    node = new FakeNode()
    status = new Status(node.asNode())
  })

  it('has a colour and a shape for each kind', () => {
    status.show('ready', '12.3 W')
    status.show('waiting', 'retry in 5 s')
    assert.deepEqual(node.shown, [
      { fill: 'green', shape: 'dot', text: '12.3 W' },
      { fill: 'yellow', shape: 'ring', text: 'retry in 5 s' },
    ])
  })

  it('is sent when it changes, not when it is repeated', () => {
    for (const text of ['on', 'on', 'off', 'on']) status.show('ready', text)
    assert.deepEqual(
      node.shown.map(({ text }) => text),
      ['on', 'off', 'on'],
    )
    status.show('failed', 'on')
    assert.equal(node.shown.length, 4)
  })

  it('is cut where it is too long for the editor', () => {
    status.show('failed', 'x'.repeat(400))
    assert.equal(node.shown[0]?.text?.length, 40)
    assert.match(node.shown[0]?.text ?? '', /…$/)
  })

  it('names a file without its folders where there is no room for them', () => {
    status.show('failed', '/data/.node-red/storage/kasa-monitor.sqlite is no database')
    status.show('failed', 'C:\\Users\\Some Body\\.node-red\\kasa-monitor.sqlite: disk full')
    assert.deepEqual(
      node.shown.map(({ text }) => text),
      ['kasa-monitor.sqlite is no database', 'kasa-monitor.sqlite: disk full'],
    )
  })

  it('is taken away once, and can come back', () => {
    status.clear()
    status.show('ready', 'on')
    status.clear()
    status.clear()
    status.show('ready', 'on')
    assert.deepEqual(
      node.shown.map(({ text }) => text),
      ['on', undefined, 'on'],
    )
  })

  it('is silent after the node has ended, because a successor has the place', () => {
    status.end()
    status.show('failed', 'late')
    status.clear()
    assert.deepEqual(node.shown, [])
  })
})

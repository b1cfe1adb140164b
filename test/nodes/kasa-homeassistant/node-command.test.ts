import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { runCommand } from '../../../nodes/kasa-homeassistant/node-command'

describe('A command to kasa-homeassistant', () => {
  const done: string[] = []
  const bridge = { publish: () => void done.push('published'), removeDevice: (name: string) => void done.push(name) }
  const run = (message: object) => runCommand(bridge, { _msgid: '1', ...message } as never)

  it('tells everything again, or removes a device by its id', () => {
    run({ command: 'publish' })
    run({ command: 'remove', payload: 'plug-1' })
    run({ command: 'remove', payload: { device_id: 'plug-2' } })
    assert.deepEqual(done, ['published', 'plug-1', 'plug-2'])
  })

  it('names what it does not understand', () => {
    assert.throws(() => run({ command: 'explode' }), {
      code: 'INPUT_INVALID',
      message: /^command: .* publish, remove$/,
    })
    assert.throws(() => run({ command: 7 }), { code: 'INPUT_INVALID' })
    for (const payload of [undefined, '', 7, {}]) {
      assert.throws(() => run({ command: 'remove', payload }), { code: 'INPUT_INVALID', message: /^payload: / })
    }
  })
})

import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { commandIn } from '../../../nodes/kasa-command/command-in-message'
import { Outputs } from '../../../nodes/kasa-homeassistant/outputs'
import { parseAlertCommand } from '../../../src/alerting/commands/parse-alert-command'
import type { Command } from '../../../src/domain/command'

describe('The outputs of kasa-homeassistant', () => {
  const sent = (act: (outputs: Outputs) => void): unknown => {
    const messages: unknown[] = []
    act(new Outputs({ send: (message: unknown) => void messages.push(message) }))
    assert.equal(messages.length, 1)
    return messages[0]
  }

  it('have MQTT messages on the first, as a core mqtt out takes them', () => {
    const message = { topic: 'kasa/plug/state', payload: '{}', qos: 1, retain: true } as const
    assert.deepEqual(
      sent((outputs) => outputs.mqtt(message)),
      [message, null, null],
    )
  })

  const commands: Command[] = [
    { name: 'toggle' },
    { name: 'color', hue_deg: 120, saturation_pct: 80, brightness_pct: 40 },
    { name: 'countdown', delay_s: 60, on: false },
    { name: 'alias', alias: 'Kettle' },
  ]
  for (const command of commands) {
    it(`have the command ${command.name} on the second, as kasa-command takes it`, () => {
      const [, message] = sent((outputs) => outputs.command('plug-1', command)) as { topic: string; payload: unknown }[]
      assert.equal(message?.topic, 'plug-1')
      assert.deepEqual(commandIn(message?.payload), command)
    })
  }

  it('have commands on the third, as kasa-alert takes them', () => {
    const command = { command: 'silence', device: 'plug-1', for_s: 3600 } as const
    const [, , message] = sent((outputs) => outputs.alert(command)) as { command: string; payload: unknown }[]
    assert.deepEqual(parseAlertCommand(String(message?.command), message?.payload), command)
  })
})

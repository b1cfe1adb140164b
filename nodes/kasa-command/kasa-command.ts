import type { NodeAPI } from 'node-red'
import { parseCommand, type Command } from '../../src/domain/command'
import { invalid } from '../../src/domain/errors'
import type { Fleet } from '../../src/polling/fleet'
import { firstName, propertyOf } from '../shared/device-name'
import { register } from '../shared/register'
import type { SettingsOf } from '../shared/schema'
import { commandIn } from './command-in-message'
import { FROM_MESSAGE, schema } from './kasa-command.schema'

export = (RED: NodeAPI): void =>
  register(RED, schema, ({ settings, service, status, input }) => {
    const fleet = service<Fleet>('fleet')
    const chosen = chosenCommand(settings)
    input(async (message, send) => {
      const { payload, topic } = message
      const command = chosen ?? commandIn(payload)
      const device = firstName(settings.device, propertyOf(payload, 'device_id'), topic)
      if (device === undefined) throw invalid('INPUT_INVALID', 'topic', topic, 'the identity or name of a device')
      status.show('busy', command.name)
      const reading = await fleet.command(device, command)
      status.show('ready', `${command.name}: ${reading.alias}`)
      message.payload = reading
      message.topic = reading.device_id
      send(message)
    })
  })

/** The command of the dialog, with those of its settings that belong to it. */
function chosenCommand(settings: SettingsOf<typeof schema>): Command | undefined {
  const { command } = settings
  if (command === FROM_MESSAGE) return undefined
  const parameters = Object.entries(schema.settings).filter(
    ([, setting]) => 'when' in setting && setting.when?.is.includes(command),
  )
  return parseCommand(
    command,
    Object.fromEntries(parameters.map(([key]) => [key, settings[key as keyof typeof settings]])),
  )
}

import { COMMAND_NAMES, COMMAND_RANGES, parseCommand } from '../../domain/command'
import { route } from '../routing/route'
import { DEVICE_ID } from './common'
import { READING } from './schemas'

const RANGES = Object.entries(COMMAND_RANGES).map(([key, range]) => [key, { type: 'integer', ...range }] as const)

type CommandBody = Readonly<Record<string, unknown>> & { readonly command: string }

export const postCommand = route<{ readonly device_id: typeof DEVICE_ID }, CommandBody>({
  method: 'POST',
  path: '/devices/{device_id}/command',
  id: 'postCommand',
  tag: 'devices',
  summary: 'Switches a device, or sets it',
  description: 'The answer comes when the device has confirmed it.',
  right: 'command',
  parameters: { device_id: DEVICE_ID },
  body: {
    description: 'A command, with what it needs',
    schema: {
      type: 'object',
      properties: {
        command: { type: 'string', enum: COMMAND_NAMES },
        ...Object.fromEntries(RANGES),
        on: { type: 'boolean' },
        alias: { type: 'string', maxLength: 64 },
        effect: { type: 'string', maxLength: 64 },
      },
      required: ['command'],
      additionalProperties: false,
    },
  },
  answers: {
    200: {
      description: 'The state that the device confirmed',
      schema: { type: 'object', properties: { reading: READING }, required: ['reading'] },
    },
  },
  problems: [404, 409, 422, 501, 502, 504],
  async answer({ parameters: { device_id }, body: { command, ...parameters }, sources, caller }) {
    const reading = await sources.command(device_id, parseCommand(command, parameters), caller.key)
    return { json: { reading } }
  },
})

import { LOG_LEVELS, LOG_LIMIT } from '../../domain/log-line'
import { parseMoment } from '../../database/time-range'
import { route } from '../routing/route'
import { TIMESTAMP } from './schemas'

const text = { type: 'string' } as const

const LINE = {
  type: 'object',
  properties: {
    timestamp: TIMESTAMP,
    level: { enum: LOG_LEVELS },
    part: { type: 'string', description: 'A type of node, or what was slow' },
    name: { type: 'string', description: 'Of the node' },
    event: text,
    code: text,
    device_id: text,
    duration_ms: { type: 'number' },
    message: text,
  },
  required: ['timestamp', 'level', 'part', 'event', 'message'],
} as const

export const listLog = route({
  method: 'GET',
  path: '/log',
  id: 'listLog',
  tag: 'health',
  summary: 'Lines of the log, the newest first',
  right: 'read',
  parameters: {
    level: {
      in: 'query',
      description: 'This level and worse ones',
      schema: { type: 'string', enum: LOG_LEVELS, default: 'info' },
    },
    part: {
      in: 'query',
      description: 'Of one part: a type of node such as kasa-fleet, or device, incident, poll, command, database, api',
      schema: { type: 'string', minLength: 1, maxLength: 64 },
    },
    since: {
      in: 'query',
      description: 'None that is older: ms since the epoch, ISO 8601 with a zone, or relative to now: -1h',
      schema: { type: 'string', minLength: 1, maxLength: 40 },
    },
    limit: { in: 'query', description: 'Lines of the answer', schema: { type: 'integer', ...LOG_LIMIT } },
  },
  answers: {
    200: {
      description: 'Lines; complete where there are no more',
      schema: {
        type: 'object',
        properties: { lines: { type: 'array', items: LINE }, complete: { type: 'boolean' } },
        required: ['lines', 'complete'],
      },
    },
  },
  problems: [501],
  async answer({ parameters: { level, part, since, limit }, sources, clock }) {
    const answer = await sources.log({
      ...{ level, limit },
      ...(part !== undefined && { part }),
      ...(since !== undefined && { since: parseMoment('since', since, clock.now()).timestamp }),
    })
    return { json: answer }
  },
})

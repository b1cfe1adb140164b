import type { ServerResponse } from 'node:http'
import type { Caller } from '../protection/caller'
import type { Parameters, ValuesOf } from '../routing/parameter'
import { route } from '../routing/route'
import { problem, PROBLEM_SCHEMA, PROBLEM_TYPE } from '../problems/problem'
import { FILTER_PARAMETERS, LiveFilter } from './filter'
import { refuse } from './refuse'
import { TICKET_S, type Tickets } from './tickets'

const DESCRIBED_AT = 'docs/live.md tells of the frames.'
const WITHOUT_KEY = 'Needs a key where the API has some, or a ticket.'

/** What a connection that is to be told may be given. */
const LIVE_PARAMETERS = {
  ...FILTER_PARAMETERS,
  ticket: {
    in: 'query',
    description: 'From /live/ticket: good once, in place of a key, which a page cannot send here',
    schema: { type: 'string', minLength: 1, maxLength: 128 },
  },
} as const satisfies Parameters

export type LiveValues = ValuesOf<typeof LIVE_PARAMETERS>

/** `GET /live`: the parameters of a WebSocket, and an answer to whoever speaks none. */
export const webSocketRoute = route({
  method: 'GET',
  path: '/live',
  id: 'openLive',
  tag: 'live',
  summary: 'Readings and incidents as they come, over WebSocket',
  description: `Begins as an upgrade to WebSocket, which is answered with 101. ${WITHOUT_KEY} ${DESCRIBED_AT}`,
  right: 'none',
  parameters: LIVE_PARAMETERS,
  answers: { 426: { description: 'This is no WebSocket', schema: PROBLEM_SCHEMA, type: PROBLEM_TYPE } },
  problems: [401, 501],
  answer: () => ({
    status: 426,
    serve: (response) => refuse(response, problem(426, 'expected a WebSocket; /live/events needs none'), UPGRADE),
  }),
})

const UPGRADE = { Upgrade: 'websocket', Connection: 'Upgrade' } as const

/** `GET /live/events`. @param connect takes the response */
export function eventsRoute(
  connect: (response: ServerResponse, filter: LiveFilter, caller: Caller, ticket: string | undefined) => void,
) {
  return route({
    method: 'GET',
    path: '/live/events',
    id: 'listenLive',
    tag: 'live',
    summary: 'Readings and incidents as they come, as server-sent events',
    description: `It does not end by itself. ${WITHOUT_KEY} ${DESCRIBED_AT}`,
    right: 'none',
    parameters: LIVE_PARAMETERS,
    answers: { 200: { description: 'Events, each with a frame of JSON', type: 'text/event-stream' } },
    problems: [401],
    answer: ({ parameters, caller }) => ({
      serve: (response) => connect(response, new LiveFilter(parameters), caller, parameters.ticket),
    }),
  })
}

/** `GET /live/ticket`. */
export function ticketRoute(tickets: Tickets) {
  return route({
    method: 'GET',
    path: '/live/ticket',
    id: 'getLiveTicket',
    tag: 'live',
    summary: 'A ticket for /live or /live/events, where a page cannot send its key or login',
    right: 'read',
    parameters: {},
    answers: {
      200: {
        description: 'Good once',
        schema: {
          type: 'object',
          properties: {
            ticket: { type: 'string' },
            expires_s: { type: 'integer', description: 'How long it is good.' },
          },
          required: ['ticket', 'expires_s'],
        },
      },
    },
    answer: ({ caller }) => ({ json: { ticket: tickets.issue(caller), expires_s: TICKET_S } }),
  })
}

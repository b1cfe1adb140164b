import type { Incident } from '../../alerting/incidents/incident'
import { SEVERITIES } from '../../alerting/rules/rule'
import { route } from '../routing/route'
import { DEVICE_IDS } from './common'
import { INCIDENT } from './schemas'

export const listIncidents = route({
  method: 'GET',
  path: '/incidents',
  id: 'listIncidents',
  tag: 'alerts',
  summary: 'Incidents of all rules, the newest first',
  right: 'read',
  parameters: {
    state: {
      in: 'query',
      description: 'Open ones, or those of late that are over; both without it',
      schema: { type: 'string', enum: ['open', 'resolved'] },
    },
    severity: {
      in: 'query',
      description: 'Only of this severity',
      schema: { type: 'string', enum: SEVERITIES },
    },
    device_id: DEVICE_IDS,
    limit: {
      in: 'query',
      description: 'Incidents of the answer',
      schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 },
    },
  },
  answers: {
    200: {
      description: 'Incidents',
      schema: {
        type: 'object',
        properties: { incidents: { type: 'array', items: INCIDENT } },
        required: ['incidents'],
      },
    },
  },
  keep: () => 'status',
  answer({ parameters: { state, severity, device_id = [], limit }, sources }) {
    const incidents = sources
      .incidents()
      .filter((incident) => state === undefined || (incident.state === 'resolved') === (state === 'resolved'))
      .filter((incident) => severity === undefined || incident.severity === severity)
      .filter((incident) => device_id.length === 0 || idsOf(incident).some((id) => device_id.includes(id)))
      .toSorted((one, other) => other.raised_at - one.raised_at)
      .slice(0, limit)
    return { json: { incidents } }
  },
})

/** Many devices may be one incident. */
function idsOf({ device_id, members = {} }: Incident): string[] {
  return [device_id, ...Object.keys(members)]
}

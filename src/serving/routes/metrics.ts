import { route } from '../routing/route'

export const getMetrics = route({
  method: 'GET',
  path: '/metrics',
  id: 'getMetrics',
  tag: 'health',
  summary: 'Every figure of this pack and its devices, for Prometheus',
  right: 'read',
  parameters: {},
  answers: { 200: { description: 'The text form of Prometheus', type: 'text/plain' } },
  problems: [501],
  keep: () => 'status',
  async answer({ sources }) {
    const { type, body } = await sources.metrics()
    return { text: body, type }
  },
})

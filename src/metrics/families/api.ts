import type { ApiStatistics } from '../../serving/api-statistics'
import { counter, each, gauge, type Group, histogram, type Labelled } from '../family'

function answers({ routes, unrouted }: ApiStatistics): Labelled[] {
  const rows = [...routes, { method: '', path: '', statuses: unrouted }]
  return rows.flatMap(({ method, path: route, statuses }) =>
    each('status', statuses).map(({ labels, value }) => ({ labels: { method, route, ...labels }, value })),
  )
}

function durations({ routes }: ApiStatistics): Labelled[] {
  return routes.flatMap(({ method, path: route, latency }) =>
    latency === undefined || latency.count === 0 ? [] : [{ labels: { method, route }, value: latency }],
  )
}

export const API: Group<ApiStatistics> = {
  title: 'API',
  labels: ['api'],
  families: {
    kasa_api_answers_total: counter(
      'Answers, by route and status; without a route where there is none',
      answers,
      ...['method', 'route', 'status'],
    ),
    kasa_api_answer_duration_seconds: histogram('How long answers took to be made', durations, 'method', 'route'),
    kasa_api_answers_in_flight: gauge('Answers that are being made', ({ in_flight }) => in_flight),
    kasa_api_cache_hits_total: counter('Answers that were kept', ({ hits }) => hits),
    kasa_api_cache_stale_hits_total: counter(
      'Answers that were kept past their time, while new ones were made',
      ({ stale_hits }) => stale_hits,
    ),
    kasa_api_cache_misses_total: counter('Answers that had to be made', ({ misses }) => misses),
    kasa_api_not_modified_total: counter('Answers that the client had already', ({ not_modified }) => not_modified),
    kasa_api_clients_gone_total: counter('Clients that went away before their answer', ({ gone }) => gone),
    kasa_api_sent_bytes_total: counter('Bytes of answers, as they went out', ({ sent_bytes }) => sent_bytes),
    kasa_api_rate_limited_total: counter('Requests refused by a rate limit', ({ rate_limited }) => rate_limited),
    kasa_api_refused_keys_total: counter('Requests refused for their key', ({ refused_keys }) => refused_keys),
    kasa_api_live_clients: gauge(
      'Clients that get readings as they come',
      ({ live }) => live && each('transport', { websocket: live.websocket_clients, events: live.event_clients }),
      'transport',
    ),
    kasa_api_live_messages_total: counter('Readings and incidents for them', ({ live }) => live?.messages),
    kasa_api_live_frames_total: counter('Frames that they went out in', ({ live }) => live?.frames),
    kasa_api_live_clients_dropped_total: counter(
      'Clients that were too slow, and were dropped',
      ({ live }) => live?.dropped_clients,
    ),
  },
}

/** What clients ask, as dashboards, scripts and Prometheus would; one after the other, each client begins elsewhere. */
export const QUESTIONS = {
  overview: () => '/kasa/overview',
  latest: () => '/kasa/latest',
  'readings of an hour': (device_id) => `/kasa/readings?device_id=${device_id}&from=-1h&limit=100`,
  devices: () => '/kasa/devices',
  'a chart': (device_id) => `/kasa/readings?device_id=${device_id}&from=-6h&bucket=5m&fields=power_w`,
  statistics: (device_id) => `/kasa/statistics?device_id=${device_id}&from=-1h`,
  energy: (device_id) => `/kasa/energy?device_id=${device_id}&from=-24h&period=hour`,
  status: () => '/kasa/status',
  metrics: () => '/metrics',
} as const satisfies Record<string, (device_id: string) => string>

export type QuestionName = keyof typeof QUESTIONS
export const QUESTION_NAMES = Object.keys(QUESTIONS) as QuestionName[]

import { MonitorError } from '../../../../domain/errors'
import { Request } from '../../transports/exchange'

/** All that the polling side may ever say to a device. Nothing here changes anything. */
export const ALLOWED_METHODS = {
  system: ['get_sysinfo'],
  emeter: ['get_realtime', 'get_daystat', 'get_monthstat'],
  'smartlife.iot.common.emeter': ['get_realtime', 'get_daystat', 'get_monthstat'],
  time: ['get_time'],
  'smartlife.iot.common.timesetting': ['get_time'],
  cnCloud: ['get_info'],
  'smartlife.iot.common.cloud': ['get_info'],
  'smartlife.iot.PIR': ['get_config'],
} as const

type Module = keyof typeof ALLOWED_METHODS
export type MeterModule = 'emeter' | 'smartlife.iot.common.emeter'
export type SlowModule = keyof typeof SLOW_METHODS
export type TimeModule = 'time' | 'smartlife.iot.common.timesetting'

export interface QueryParameters {
  readonly year?: number
  readonly month?: number
}

/** One question: module, method, parameters. */
export type Question = {
  [M in Module]: readonly [module: M, method: (typeof ALLOWED_METHODS)[M][number], parameters?: QueryParameters]
}[Module]

/** A request that only reads. There is no other way to make one than from the allowed questions. */
export class Query extends Request {
  /** @throws MonitorError `INTERNAL` for a question that is not allowed, whatever the types let through */
  constructor(questions: readonly Question[], child_id?: string) {
    const namesDevice = questions.some(([module]) => module === 'system')
    super(JSON.stringify(requestOf(questions, child_id)), true, namesDevice)
  }
}

type RequestBody = Record<string, Record<string, QueryParameters | readonly string[]>>

function requestOf(questions: readonly Question[], child_id: string | undefined): RequestBody {
  const request: RequestBody = {}
  if (child_id !== undefined) request.context = { child_ids: [child_id] }
  for (const [module, method, parameters] of questions) {
    if (!isAllowed(module, method)) throw new MonitorError('INTERNAL', `a poll may not ask for ${module}.${method}`)
    const methods = (request[module] ??= {})
    methods[method] = dateOnly(parameters)
  }
  return request
}

function isAllowed(module: string, method: string): boolean {
  if (!Object.hasOwn(ALLOWED_METHODS, module)) return false
  const methods: readonly string[] = ALLOWED_METHODS[module as Module]
  return methods.includes(method)
}

function dateOnly({ year, month }: QueryParameters = {}): QueryParameters {
  if (year === undefined) return {}
  return month === undefined ? { year: Number(year) } : { year: Number(year), month: Number(month) }
}

/** First contact asks for nothing else: some devices crash on modules that they do not know (python-kasa #105). */
export const SYSINFO_QUERY = new Query([['system', 'get_sysinfo']])

const METERED_QUERIES: { readonly [M in MeterModule]: Query } = {
  emeter: new Query([
    ['system', 'get_sysinfo'],
    ['emeter', 'get_realtime'],
  ]),
  'smartlife.iot.common.emeter': new Query([
    ['system', 'get_sysinfo'],
    ['smartlife.iot.common.emeter', 'get_realtime'],
  ]),
}

/** State and meter in one request. */
export function meteredQuery(module: MeterModule): Query {
  return METERED_QUERIES[module]
}

const METER_QUERIES: { readonly [M in MeterModule]: Query } = {
  emeter: new Query([['emeter', 'get_realtime']]),
  'smartlife.iot.common.emeter': new Query([['smartlife.iot.common.emeter', 'get_realtime']]),
}

/** A meter by itself: an outlet's, whose state comes with the strip's, or that of a device which cannot say both at once. */
export function meterQuery(module: MeterModule, child_id?: string): Query {
  return child_id === undefined ? METER_QUERIES[module] : new Query([[module, 'get_realtime']], child_id)
}

/** What is asked now and then, by itself. */
export const SLOW_METHODS = {
  cnCloud: 'get_info',
  'smartlife.iot.common.cloud': 'get_info',
  'smartlife.iot.PIR': 'get_config',
} as const

const SLOW_QUERIES: { readonly [M in SlowModule]: Query } = {
  cnCloud: new Query([['cnCloud', SLOW_METHODS.cnCloud]]),
  'smartlife.iot.common.cloud': new Query([['smartlife.iot.common.cloud', SLOW_METHODS['smartlife.iot.common.cloud']]]),
  'smartlife.iot.PIR': new Query([['smartlife.iot.PIR', SLOW_METHODS['smartlife.iot.PIR']]]),
}

export function slowQuery(module: SlowModule): Query {
  return SLOW_QUERIES[module]
}

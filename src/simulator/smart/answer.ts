import { isObject, type Json } from '../answer'

export const DONE = 0
export const UNKNOWN_METHOD = -1002
/** The request is not understood, or the device has no time yet that it could answer for. */
export const NOT_UNDERSTOOD = -1003
export const INVALID_PARAMETERS = -1008

/** A result, or a code: 0 where there is none to give, any other for an error. */
export type SmartReply = Json | number

export type SmartMethod = (parameters: Json) => SmartReply

export type SmartMethods = Readonly<Record<string, SmartMethod>>

/** Whoever a request is for: a device, an outlet of it, a sensor behind it. */
export interface Party {
  /** Whether it knows `multipleRequest`. */
  readonly batches: boolean
  method(name: string): SmartMethod | undefined
  child(id: string): Party | undefined
}

/** What stands in the place of a method's own reply, if anything does. */
export type Instead = (method: string) => Json | undefined

/** The reply to a request with one method: a batch holds several, one for a child holds what the child is asked. */
export function answerSmart(text: string, party: Party, instead: Instead): string {
  const request = parse(text)
  return JSON.stringify(request ? answer(request, party, instead) : { error_code: NOT_UNDERSTOOD })
}

function answer(request: Json, party: Party, instead: Instead): Json {
  const method = request.method
  const parameters = isObject(request.params) ? request.params : {}
  if (typeof method !== 'string') return { error_code: INVALID_PARAMETERS }
  if (method === 'multipleRequest') return batch(parameters, party, instead)
  if (method === 'control_child') return forChild(parameters, party, instead)
  return instead(method) ?? enveloped(party.method(method)?.(parameters) ?? UNKNOWN_METHOD)
}

// Devices stop at the first error and leave out the rest.
function batch({ requests }: Json, party: Party, instead: Instead): Json {
  // P100 of 2019: python-kasa asks it one by one after this code.
  if (!party.batches) return { error_code: NOT_UNDERSTOOD }
  if (!Array.isArray(requests)) return { error_code: INVALID_PARAMETERS }
  const responses: Json[] = []
  for (const request of requests as unknown[]) {
    if (!isObject(request)) return { error_code: INVALID_PARAMETERS }
    const response = { method: request.method, ...answer(request, party, instead) }
    responses.push(response)
    if ('error_code' in response && response.error_code !== DONE) break
  }
  return enveloped({ responses })
}

function forChild({ device_id, requestData }: Json, party: Party, instead: Instead): Json {
  const child = typeof device_id === 'string' ? party.child(device_id) : undefined
  if (!child || !isObject(requestData)) return { error_code: INVALID_PARAMETERS }
  return enveloped({ responseData: answer(requestData, child, instead) })
}

function enveloped(reply: SmartReply): Json {
  return typeof reply === 'number' ? { error_code: reply } : { result: reply, error_code: DONE }
}

function parse(text: string): Json | undefined {
  try {
    const request: unknown = JSON.parse(text)
    return isObject(request) ? request : undefined
  } catch {
    return undefined
  }
}

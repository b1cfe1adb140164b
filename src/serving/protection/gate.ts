import type { IncomingMessage } from 'node:http'
import type { Clock } from '../../domain/clock'
import type { ApiOptions } from '../api-options'
import { problem, type Problem } from '../problems/problem'
import { ApiKeys } from './api-keys'
import { may, type Caller, type Right } from './caller'
import { RateLimit, type Allowance } from './rate-limit'

/** Whether one may, and who it is. */
export type Admission = { readonly caller: Caller } | { readonly refusal: Problem }

type Asking = Pick<IncomingMessage, 'headers' | 'socket'>
interface Telling {
  setHeader(name: string, value: string | number): unknown
}
/** Where there is no answer of its own. */
const SILENT: Telling = { setHeader: () => undefined }

/** Keys, rights and rates: who may ask for what, and how often. */
export class Gate {
  private readonly keys: ApiKeys
  private readonly requests: RateLimit | undefined
  private readonly commands: RateLimit
  /** Since the start. */
  rate_limited = 0
  refused_keys = 0

  constructor(
    private readonly options: ApiOptions,
    clock: Pick<Clock, 'monotonic'>,
  ) {
    this.keys = new ApiKeys(options.keys)
    if (options.requests_per_min > 0) this.requests = new RateLimit(options.requests_per_min, clock)
    this.commands = new RateLimit(options.commands_per_min, clock)
  }

  /** Counts a request, and tells in its answer how many are left. */
  admit(request: Asking, response: Telling, right: Right | 'none'): Admission {
    const caller = this.identify(request, right === 'none')
    const counted_by = caller?.counted_by ?? addressOf(request)
    const late = this.count(this.requests, counted_by, response)
    if (late) return { refusal: late }
    if (caller) return this.allow(caller, right, response)
    response.setHeader('WWW-Authenticate', 'Bearer')
    return { refusal: problem(401, 'a key is needed: Authorization: Bearer <key>, or X-API-Key: <key>') }
  }

  /** One of several requests in one: it counts as well. */
  admitPart(caller: Caller, right: Right | 'none'): Problem | undefined {
    const late = this.count(this.requests, caller.counted_by, SILENT)
    if (late) return late
    const admission = this.allow(caller, right, SILENT)
    return 'refusal' in admission ? admission.refusal : undefined
  }

  /** An upgrade has passed no login. `caller` is absent where it needs a key, or a ticket, and has no key. */
  admitUpgrade(request: Asking): { readonly caller: Caller | undefined } | { readonly refusal: Problem } {
    const key = this.keys.identify(request.headers)
    const caller = this.identify(request, false)
    const late = this.count(this.requests, caller?.counted_by ?? addressOf(request), SILENT)
    if (late) return { refusal: late }
    if (key === 'unknown') return { refusal: problem(401, 'that key is not known') }
    return { caller: key === undefined && this.options.is_behind_login ? undefined : caller }
  }

  private identify(request: Asking, needs_no_key: boolean): Caller | undefined {
    const key = this.keys.identify(request.headers)
    if (key === 'unknown') {
      this.refused_keys++
      return undefined
    }
    if (key) return { key: key.name, right: key.right, counted_by: `key ${key.name}` }
    if (this.keys.areNeeded && !needs_no_key) return undefined
    // Without keys, a login of Node-RED is all that tells who may command.
    const right = this.options.is_behind_login && !this.keys.areNeeded ? 'command' : 'read'
    return { right, counted_by: addressOf(request) }
  }

  private allow(caller: Caller, right: Right | 'none', response: Telling): Admission {
    if (right !== 'command') return { caller }
    if (this.options.commands === 'no') return { refusal: problem(403, 'commands are switched off in this API') }
    if (!may(caller, right)) return { refusal: problem(403, 'a key with the right to command is needed') }
    const late = this.count(this.commands, caller.counted_by, response)
    return late ? { refusal: late } : { caller }
  }

  private count(limit: RateLimit | undefined, name: string, response: Telling): Problem | undefined {
    if (!limit) return undefined
    const allowance = limit.take(name)
    tell(allowance, response)
    if (allowance.is_allowed) return undefined
    this.rate_limited++
    return problem(429, `more than ${allowance.limit} in a minute; the next is allowed in ${allowance.retry_s} s`)
  }
}

/**
 * draft-ietf-httpapi-ratelimit-headers: what is left, `r`, and after how many seconds all of it is there again, `t`. As long as more
 * than half is left nobody has to know, and headers are most of what an answer costs that is kept.
 */
function tell({ is_allowed, limit, remaining, reset_s, retry_s }: Allowance, response: Telling): void {
  if (remaining > limit / 2) return
  response.setHeader('RateLimit-Policy', `"default";q=${limit};w=60`)
  response.setHeader('RateLimit', `"default";r=${remaining};t=${reset_s}`)
  if (!is_allowed) response.setHeader('Retry-After', retry_s)
}

function addressOf({ socket }: Asking): string {
  return socket.remoteAddress ?? ''
}

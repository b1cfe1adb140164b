import type { Clock } from '../../domain/clock'
import { MonitorError } from '../../domain/errors'
import type { ApiSources } from '../api-sources'
import type { Caller } from '../protection/caller'
import type { Deadline } from '../protection/deadline'
import type { Slots } from '../protection/slots'
import type { Lookup } from '../routing/lookups'
import type { Part, RouteContext } from '../routing/route'
import type { Format } from './answer'
import { made, type Made } from './made'

/** What a handler is asked. */
export interface Order {
  readonly lookup: Lookup
  readonly format: Format
  readonly caller: Caller
  readonly body?: unknown
}

export interface MakingParts {
  readonly sources: ApiSources
  readonly clock: Clock
  readonly slots: Slots
  readonly ask: (target: string, caller: Caller, signal: AbortSignal) => Promise<Part>
}

/** Has handlers make answers, a bounded number at a time. */
export class Making {
  constructor(private readonly parts: MakingParts) {}

  /** @throws MonitorError `QUEUE_FULL`, `API_TIMEOUT`, `CLOSED`, or what the handler fails with */
  async make(order: Order, deadline: Deadline): Promise<Made> {
    const { slots } = this.parts
    const { signal } = deadline
    if (!(await slots.take(signal))) {
      throw signal.aborted ? (signal.reason as MonitorError) : new MonitorError('QUEUE_FULL', 'Too many requests wait')
    }
    return this.run(order, deadline, () => slots.giveBack())
  }

  /** A part of a request that has its slot already: were it to wait for another, all might wait for one another. */
  makePart(order: Order, deadline: Deadline): Promise<Made> {
    return this.run(order, deadline, () => undefined)
  }

  /** @param release called when the handler is done, however long that takes; of rows, when the last was read */
  private run({ lookup, format, caller, body }: Order, deadline: Deadline, release: () => void): Promise<Made> {
    const { sources, clock, ask } = this.parts
    const { signal } = deadline
    const context: RouteContext = {
      ...{ parameters: lookup.parameters as RouteContext['parameters'], body, format, sources, clock, signal, caller },
      ask: (target) => ask(target, caller, signal),
    }
    return deadline.within(answered(lookup, format, context, release))
  }
}

async function answered(lookup: Lookup, format: Format, context: RouteContext, release: () => void): Promise<Made> {
  let isOver = true
  try {
    const answer = await lookup.route.answer(context)
    const result = await made(answer, format, lookup.query, release)
    if (!('stream' in result)) return result
    isOver = false
    // Its time was over before it began.
    if (context.signal.aborted) await result.stream.end()
    return result
  } finally {
    if (isOver) release()
  }
}

import type { Incident } from '../../alerting/incidents/incident'
import type { MonitorError } from '../../domain/errors'
import type { MeasuredKey } from '../../domain/reading'
import { problemOf } from '../problems/problem'
import type { LiveFilter } from './filter'
import { Frame } from './frame'
import type { ToldIncident } from './told-incident'
import type { ToldReading } from './told-reading'

/** Readings, or incidents, of one frame. */
export const MOST_IN_FRAME = 500

/** Something to be told; not empty. */
export type News = { readonly readings: readonly ToldReading[] } | { readonly incidents: readonly ToldIncident[] }

/** `resumed`: it was connected before, and what it has missed is not told. `filter`: the client has chosen another. */
export type HelloReason = 'connected' | 'resumed' | 'filter'

export interface Hello {
  readonly reason: HelloReason
  readonly timestamp: number
  readonly filter: LiveFilter
  readonly readings: readonly ToldReading[]
  readonly incidents: readonly Incident[]
}

/** Makes frames, and numbers them. */
export class Frames {
  private last = 0

  hello({ reason, timestamp, filter, readings, incidents }: Hello): Frame {
    const head = JSON.stringify({ type: 'hello', reason, timestamp, filter }).slice(0, -1)
    const lists = [
      ...(filter.hasReadings ? [`"readings":[${textsOf(readings, filter.fields)}]`] : []),
      ...(filter.hasIncidents ? [`"incidents":${JSON.stringify(incidents)}`] : []),
    ]
    return this.make('hello', () => `${[head, ...lists].join(',')}}`, readings.length + incidents.length)
  }

  /** @param left_out how many of before this one stands for as well */
  news(news: News, fields: readonly MeasuredKey[], left_out = 0): Frame {
    const more = left_out > 0 ? `"left_out":${left_out},` : ''
    if ('incidents' in news) {
      const { incidents } = news
      const text = () => `{"type":"incidents",${more}"incidents":[${incidents.map((told) => told.text).join()}]}`
      return this.make('incidents', text, incidents.length)
    }
    const { readings } = news
    return this.make(
      'readings',
      () => `{"type":"readings",${more}"readings":[${textsOf(readings, fields)}]}`,
      readings.length,
    )
  }

  error(error: MonitorError): Frame {
    return this.make('error', () => JSON.stringify({ type: 'error', problem: problemOf(error) }), 0)
  }

  /** @param code of WebSocket */
  closed(code: number, reason: string): Frame {
    return this.make('closed', () => JSON.stringify({ type: 'closed', code, reason }), 0)
  }

  private make(type: Frame['type'], text: () => string, count: number): Frame {
    return new Frame(type, text, count, ++this.last)
  }
}

/** In parts that fit into a frame. */
export function inParts<Told>(all: readonly Told[]): (readonly Told[])[] {
  if (all.length <= MOST_IN_FRAME) return all.length === 0 ? [] : [all]
  const parts: (readonly Told[])[] = []
  for (let from = 0; from < all.length; from += MOST_IN_FRAME) parts.push(all.slice(from, from + MOST_IN_FRAME))
  return parts
}

function textsOf(readings: readonly ToldReading[], fields: readonly MeasuredKey[]): string {
  return readings.map((told) => told.text(fields)).join()
}

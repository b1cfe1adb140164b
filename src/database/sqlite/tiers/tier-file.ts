import { FieldNumbers } from './field-numbers'
import { FileSpace } from './file-space'
import { RawRollUp } from './raw-roll-up'
import { RollUpReader } from './roll-up-reader'
import { RollUpWriter } from './roll-up-writer'
import type { TierCalls } from './tier-calls'
import type { TierContext } from './tier-context'
import { TierExpiry } from './tier-expiry'
import { TierExtents } from './tier-extents'
import { TierMeasure } from './tier-measure'
import { TierPreparation } from './tier-preparation'

export type TierWork = {
  readonly [Name in keyof TierCalls]: (given: TierCalls[Name]['given']) => MayBePromised<TierCalls[Name]['answer']>
}
type MayBePromised<Answer> = Answer | Promise<Answer>

/** The tiers of an open file, on its thread: what each call does. */
export function tierFile(context: TierContext): TierWork {
  const fields = new FieldNumbers(context.statements)
  const preparation = new TierPreparation(context, fields)
  const writer = new RollUpWriter(context, fields)
  const reader = new RollUpReader(context, fields)
  const raw = new RawRollUp(context)
  const extents = new TierExtents(context)
  const measure = new TierMeasure(context)
  const expiry = new TierExpiry(context)
  const space = new FileSpace(context)
  return {
    prepareTiers: (plan) => preparation.prepare(plan),
    extent: (source) => extents.extent(source),
    devicesIn: (range) => extents.devicesIn(range),
    rollUp: (order) => raw.rollUp(order),
    writeRollUps: ({ tier, rows }) => {
      writer.write(tier, rows)
      return undefined
    },
    readRollUps: (query) => reader.read(query),
    count: (order) => extents.count(order),
    measure: (range) => measure.measure(range),
    expire: (order) => expiry.expire(order),
    size: () => space.size(),
    shrink: () => space.shrink(),
  }
}

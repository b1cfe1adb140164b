import Ajv from 'ajv'
import { BUCKET_UNITS } from '../../domain/local-buckets'
import { MEASURED_KEYS } from '../../domain/reading'
import type { DirtyStretch } from './tier-catalog'
import { TIER_NAME, type TierPlan } from './tier'

const FORMAT = 'kasa-monitor-tiers'
const VERSION = 1

/** What a catalog keeps in its file. */
export interface SavedTiers {
  readonly plan: TierPlan | undefined
  readonly raw_expired_before: number | undefined
  /** By outlet. */
  readonly parents: ReadonlyMap<string, string>
  /** By tier. */
  readonly watermarks: ReadonlyMap<string, number>
  readonly dirty: ReadonlyMap<string, readonly DirtyStretch[]>
}

/** Of one tier, in the file. */
interface SavedTier {
  readonly name: string
  readonly watermark?: number
  readonly dirty?: DirtyStretch[]
}

const moment = { type: 'integer' } as const
const name = { type: 'string', pattern: TIER_NAME.source } as const
const days = { type: 'integer', minimum: 0 } as const
const bucket = {
  type: 'object',
  properties: { unit: { enum: BUCKET_UNITS }, count: { type: 'integer', minimum: 1 } },
  required: ['unit', 'count'],
} as const
const tier = {
  type: 'object',
  properties: { name, bucket, keep_days: days, fields: { type: 'array', items: { enum: MEASURED_KEYS } } },
  required: ['name', 'bucket', 'keep_days', 'fields'],
} as const
const outlet = {
  type: 'object',
  properties: { device_id: { type: 'string' }, parent_id: { type: 'string' } },
  required: ['device_id', 'parent_id'],
} as const
const stretch = {
  type: 'object',
  properties: { device_id: { type: 'string' }, from: moment, to: moment },
  required: ['from', 'to'],
} as const

interface Saved {
  readonly plan?: TierPlan
  readonly raw_expired_before?: number
  readonly outlets?: { readonly device_id: string; readonly parent_id: string }[]
  readonly tiers: SavedTier[]
}

const isSaved = new Ajv().compile<Saved>({
  type: 'object',
  properties: {
    format: { const: FORMAT },
    version: { const: VERSION },
    plan: {
      type: 'object',
      properties: { raw_keep_days: days, tiers: { type: 'array', items: tier }, time_zone: { type: 'string' } },
      required: ['raw_keep_days', 'tiers', 'time_zone'],
    },
    raw_expired_before: moment,
    outlets: { type: 'array', items: outlet },
    tiers: {
      type: 'array',
      items: {
        type: 'object',
        properties: { name, watermark: moment, dirty: { type: 'array', items: stretch } },
        required: ['name'],
      },
    },
  },
  required: ['format', 'version', 'tiers'],
})

/** @throws where the text is none of ours */
export function parseTiers(text: string): SavedTiers {
  const saved: unknown = JSON.parse(text)
  if (!isSaved(saved)) throw new TypeError(`it is no ${FORMAT} of version ${VERSION}`)
  const watermarks = new Map<string, number>()
  const dirty = new Map<string, DirtyStretch[]>()
  for (const { name, watermark, dirty: stretches = [] } of saved.tiers) {
    if (watermark !== undefined) watermarks.set(name, watermark)
    dirty.set(name, stretches)
  }
  const parents = new Map((saved.outlets ?? []).map(({ device_id, parent_id }) => [device_id, parent_id]))
  return { plan: saved.plan, raw_expired_before: saved.raw_expired_before, parents, watermarks, dirty }
}

export function serialiseTiers({ plan, raw_expired_before, parents, watermarks, dirty }: SavedTiers): string {
  const tiers = [...new Set([...watermarks.keys(), ...dirty.keys()])].map((name): SavedTier => {
    const watermark = watermarks.get(name)
    return { name, ...(watermark !== undefined && { watermark }), dirty: [...(dirty.get(name) ?? [])] }
  })
  const outlets = [...parents].map(([device_id, parent_id]) => ({ device_id, parent_id }))
  return JSON.stringify({ format: FORMAT, version: VERSION, plan, raw_expired_before, outlets, tiers })
}

import type { CONDITION_FIELDS } from './condition-fields'
import { type ContentsOf, type Fields, seconds } from './fields'

export const SEVERITIES = ['info', 'warning', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]

export type SimpleKind = keyof typeof CONDITION_FIELDS

/** `device`: of which the value is, where it is not the rule's own; for conditions that are joined. */
type Simple = { [Kind in SimpleKind]: { readonly kind: Kind } & ContentsOf<(typeof CONDITION_FIELDS)[Kind]> }
export type SimpleCondition<Kind extends SimpleKind = SimpleKind> = Simple[Kind] & { readonly device?: string }

/** Several conditions joined; they may be joined ones again, up to `DEEPEST_JOIN`. */
export interface JoinedCondition {
  readonly kind: 'all' | 'any'
  readonly conditions: readonly ConditionRule[]
}
/** What has to hold. */
export type ConditionRule = SimpleCondition | JoinedCondition
export type ConditionKind = ConditionRule['kind']

export const DEEPEST_JOIN = 4
export const MOST_JOINED = 20
export const MOST_RULES = 10_000

const text = { type: 'text', maximum_length: 2000, default: '' } as const

/** Everything of a rule but its condition. */
export const RULE_FIELDS = {
  /** Names the rule in incidents, commands and what is kept; unique within a node. */
  id: {
    type: 'text',
    maximum_length: 64,
    pattern: { expression: '^[A-Za-z0-9][A-Za-z0-9_.-]*$', means: 'letters, digits, _ . and -' },
  },
  name: { type: 'text', maximum_length: 128, default: '' },
  enabled: { type: 'boolean', default: true },
  /** Patterns of device ids, aliases, strips (`parent_id`) or topics, `*` for any text; `@name` is a group of the node. */
  devices: {
    type: 'list',
    item: { type: 'text', maximum_length: 128 },
    minimum_length: 1,
    maximum_length: 1000,
    default: ['*'],
  },
  /** One incident for each device, or one for all of them by a value that is made of theirs. */
  together: { type: 'choice', values: ['each', 'sum', 'mean', 'lowest', 'highest'], default: 'each' },
  severity: { type: 'choice', values: SEVERITIES, default: 'warning' },
  labels: { type: 'labels', maximum_length: 20, default: {} },
  /** How long the condition has to hold before an incident is raised. */
  for_s: seconds(0),
  /** At least `at_least` of the last `out_of` samples. */
  at_least: { type: 'number', minimum: 1, maximum: 64, whole: true, default: 1 },
  out_of: { type: 'number', minimum: 1, maximum: 64, whole: true, default: 1 },
  /** How long the condition has to be over before the incident is resolved. */
  keep_firing_s: seconds(0),
  /** After an incident, none is raised for this long. */
  cooldown_s: seconds(0),
  /** That many comings and goings within `flapping_within_s` are one incident, which lasts until it is steady; 0: never. */
  flapping_changes: { type: 'number', minimum: 0, maximum: 100, whole: true, default: 6 },
  flapping_within_s: seconds(600, 1, 86_400),
  /** 0: never. */
  remind_every_s: seconds(0),
  /** `auto`: where the end of an incident is news, which that of a finished washing is not. */
  notify_resolved: { type: 'choice', values: ['auto', 'always', 'never'], default: 'auto' },
  /** What the silence of a subject means after `no_data_after_s`: nothing, that it is over, or that it is wrong. */
  no_data: { type: 'choice', values: ['keep', 'resolve', 'raise'], default: 'keep' },
  no_data_after_s: seconds(600, 1),
  /** That many subjects at once are one incident; 0: never. */
  many_from: { type: 'number', minimum: 0, maximum: 10_000, whole: true, default: 0 },
  /** Templates with `{{name}}`, `{{value}}` and so on; blank: words that suit the condition. */
  title: text,
  text,
  resolved_text: text,
} as const satisfies Fields

/** Checked, with every default filled in. */
export type Rule = ContentsOf<typeof RULE_FIELDS> & { readonly condition: ConditionRule }

/** Conditions whose end is no news: they end by themselves. */
export const MOMENTARY: ReadonlySet<ConditionKind> = new Set(['changed', 'event', 'energy', 'cost', 'finished'])

import type { FamilyType, Group, Labels, Told, Value } from './family'

/** Something that families tell of, and the labels that say which it is. */
export interface Instance<Subject> {
  /** The same object as long as they are the same: whoever writes them out does so once. */
  readonly labels: Labels
  readonly subject: Subject
}

export interface Sample {
  /** Of the instance. */
  readonly instance: Labels
  /** Where it is one of several values. */
  readonly labels?: Labels
  readonly value: Value
}

/** Of one family, or a part of them. */
export interface FamilySamples {
  readonly name: string
  readonly type: FamilyType
  readonly help: string
  readonly samples: readonly Sample[]
}

/** About a millisecond's work. */
const SLICE = 1000

/**
 * Family by family, those of many instances in several parts, each made when it is asked for; what nobody has a value for is
 * left out.
 */
export function* samplesOf<Subject>(
  { families }: Group<Subject>,
  instances: readonly Instance<Subject>[],
): Iterable<FamilySamples> {
  for (const [name, { type, help, of }] of Object.entries(families)) {
    for (let start = 0; start < instances.length; start += SLICE) {
      const samples: Sample[] = []
      for (const { labels, subject } of instances.slice(start, start + SLICE)) add(samples, labels, of(subject))
      if (samples.length > 0) yield { name, type, help, samples }
    }
  }
}

function add(samples: Sample[], instance: Labels, told: Told): void {
  if (told === undefined) return
  if (typeof told === 'number' || 'buckets' in told) {
    samples.push({ instance, value: told })
    return
  }
  for (const { labels, value } of told) samples.push({ instance, labels, value })
}

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

export interface FamilySamples {
  readonly name: string
  readonly type: FamilyType
  readonly help: string
  readonly samples: readonly Sample[]
}

/** Family by family, each made when it is asked for; those that nobody has a value for are left out. */
export function* samplesOf<Subject>(
  { families }: Group<Subject>,
  instances: readonly Instance<Subject>[],
): Iterable<FamilySamples> {
  for (const [name, { type, help, of }] of Object.entries(families)) {
    const samples: Sample[] = []
    for (const { labels, subject } of instances) add(samples, labels, of(subject))
    if (samples.length > 0) yield { name, type, help, samples }
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

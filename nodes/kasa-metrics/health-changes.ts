import type { PartHealth } from '../../src/serving/api-sources'

type State = PartHealth['state']

export interface HealthChange extends PartHealth {
  readonly previous: State
}

/** Sees how every part is, again and again, and tells what has changed. Whoever is new is well until it says otherwise. */
export class HealthChanges {
  private states = new Map<string, State>()

  see(health: readonly PartHealth[]): HealthChange[] {
    const before = this.states
    this.states = new Map(health.map((part) => [keyOf(part), part.state]))
    return health.flatMap((part) => {
      const previous = before.get(keyOf(part)) ?? 'ok'
      return previous === part.state ? [] : [{ ...part, previous }]
    })
  }
}

function keyOf({ kind, name }: PartHealth): string {
  return `${kind} ${name}`
}

const GATHERING_MS = 10_000
const PARTING_MS = 300_000

interface Firing {
  readonly name: string
  place: 'held' | 'alone' | 'many'
  acknowledged: boolean
}

/** Says in the simplest words what of one rule should be open: sets of names, and moments at which to look at them. */
export class IncidentModel {
  private firing: Firing[] = []
  private manyAcknowledged = false
  private decide_ms = Infinity
  private part_ms = Infinity

  constructor(
    private readonly many_from: number,
    public now_ms: number,
  ) {}

  /** `*` for many. */
  open(): string[] {
    const alone = this.at('alone').map(({ name, acknowledged }) => (acknowledged ? `${name} acknowledged` : name))
    const many = this.at('many').map(({ name }) => name)
    if (many.length === 0) return alone.sort()
    return [...alone, `*(${many.sort().join()})${this.manyAcknowledged ? ' acknowledged' : ''}`].sort()
  }

  raise(name: string): void {
    const place = this.many_from === 0 ? 'alone' : this.at('many').length > 0 ? 'many' : 'held'
    if (place === 'held' && this.at('held').length === 0) this.decide_ms = this.now_ms + GATHERING_MS
    this.firing.push({ name, place, acknowledged: false })
    this.look()
  }

  resolve(name: string): void {
    this.firing = this.firing.filter((each) => each.name !== name)
    if (this.at('held').length === 0) this.decide_ms = Infinity
    this.look()
  }

  escalate(name: string): void {
    const meant = this.firing.find((each) => each.name === name)
    if (meant) meant.acknowledged = false
  }

  /** The level of many has risen. */
  escalateMany(): void {
    this.manyAcknowledged = false
  }

  isMany(name: string): boolean {
    return this.at('many').some((each) => each.name === name)
  }

  /** @param name `*`: of all */
  acknowledge(name: string, acknowledged: boolean): void {
    for (const each of this.at('alone')) if (name === '*' || each.name === name) each.acknowledged = acknowledged
    const many = this.at('many')
    if (many.length > 0 && many.every((each) => name === '*' || each.name === name))
      this.manyAcknowledged = acknowledged
  }

  /** Everything waits anew. */
  restart(): void {
    if (this.decide_ms < Infinity) this.decide_ms = this.now_ms + GATHERING_MS
    if (this.part_ms < Infinity) this.part_ms = this.now_ms + PARTING_MS
  }

  advance(duration_ms: number): void {
    const end_ms = this.now_ms + duration_ms
    for (;;) {
      const next_ms = Math.min(this.decide_ms, this.part_ms)
      if (next_ms > end_ms) break
      this.now_ms = next_ms
      if (this.decide_ms === next_ms) this.decide()
      else this.part()
    }
    this.now_ms = end_ms
  }

  private at(place: Firing['place']): Firing[] {
    return this.firing.filter((each) => each.place === place)
  }

  private decide(): void {
    this.decide_ms = Infinity
    const counted = [...this.at('held'), ...this.at('alone').filter(({ acknowledged }) => !acknowledged)]
    const isMany = counted.length >= this.many_from
    if (isMany) this.manyAcknowledged = false
    for (const each of isMany ? counted : this.at('held')) each.place = isMany ? 'many' : 'alone'
    this.look()
  }

  private part(): void {
    for (const each of this.at('many')) {
      each.place = 'alone'
      each.acknowledged = this.manyAcknowledged
    }
    this.look()
  }

  private look(): void {
    const count = this.at('many').length
    if (count === 0 || count * 2 >= this.many_from) this.part_ms = Infinity
    else this.part_ms = Math.min(this.part_ms, this.now_ms + PARTING_MS)
  }
}

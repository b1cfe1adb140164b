import type { Clock } from '../../domain/clock'
import type { AlertOptions } from '../alert-options'
import type { Incident } from '../incidents/incident'
import type { Telling } from './telling'

export type GroupingOptions = Pick<AlertOptions, 'group_by' | 'group_wait_s'>

interface Group {
  readonly tellings: Set<Telling>
  due_ms: number
}

/** News that wait for others of their group. The first opens the group; all of it leaves together. */
export class Groups {
  private readonly groups = new Map<string, Group>()
  /** When one leaves, by the monotonic clock; Infinity: none waits. */
  next_ms = Infinity

  constructor(
    private readonly options: GroupingOptions,
    private readonly clock: Clock,
  ) {}

  /** What is critical waits for nothing but what happens at this very moment, and its group leaves with it. */
  add(telling: Telling): void {
    const key = keyOf(this.options.group_by, telling.incident)
    const now_ms = this.clock.monotonic()
    let group = this.groups.get(key)
    if (group === undefined) {
      const wait_s = this.options.group_by === 'nothing' ? 0 : this.options.group_wait_s
      this.groups.set(key, (group = { tellings: new Set(), due_ms: now_ms + wait_s * 1000 }))
    }
    if (telling.isCritical) group.due_ms = Math.min(group.due_ms, now_ms)
    group.tellings.add(telling)
    this.next_ms = Math.min(this.next_ms, group.due_ms)
  }

  delete(telling: Telling): void {
    const key = keyOf(this.options.group_by, telling.incident)
    const group = this.groups.get(key)
    if (group?.tellings.delete(telling) && group.tellings.size === 0) this.groups.delete(key)
  }

  takeDue(): Telling[][] {
    const now_ms = this.clock.monotonic()
    const due: Telling[][] = []
    this.next_ms = Infinity
    for (const [key, group] of this.groups) {
      if (group.due_ms <= now_ms) {
        this.groups.delete(key)
        due.push([...group.tellings])
      } else {
        this.next_ms = Math.min(this.next_ms, group.due_ms)
      }
    }
    return due
  }
}

function keyOf(group_by: GroupingOptions['group_by'], incident: Incident): string {
  if (group_by === 'all') return ''
  if (group_by === 'rule') return incident.rule_id
  return group_by === 'device' ? incident.device_id : incident.id
}

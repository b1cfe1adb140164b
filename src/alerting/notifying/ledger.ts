import type { Incident, StateChange } from '../incidents/incident'
import type { Rule } from '../rules/rule'
import { newsOfEnd } from './end-news'
import type { Outbox } from './outbox'
import type { Reminders } from './reminders'
import type { SavedTelling } from './saved-notifier'
import type { Silence } from './silence'
import { holdsBack, type Silences } from './silences'
import { type News, Telling } from './telling'

export interface LedgerParts {
  readonly ruleOf: (rule_id: string) => Rule | undefined
  readonly silences: Silences
  readonly reminders: Reminders
  readonly outbox: Outbox
}

/** Of those that are over and wait to be told; of more, the oldest are counted alone. */
export const MOST_ENDED = 1000
/** They part within one turn. */
const MOST_PARTED = 100

/** What people know of each incident, and what they are to be told. Nothing waits in the outbox but that. */
export class Ledger {
  private readonly tellings = new Map<string, Telling>()
  private readonly withNews = new Set<Telling>()
  /** Those that are over and wait, oldest first. */
  private readonly ended = new Set<Telling>()
  /** Incidents of many that were told and have parted. */
  private readonly parted = new Set<string>()
  /** How many waited and are not known by name any more. */
  uncounted = 0

  constructor(private readonly parts: LedgerParts) {}

  take({ change, incident }: StateChange): void {
    if (incident === undefined) return
    const telling = this.tellings.get(incident.id) ?? (change === 'resolved' ? undefined : this.begin(incident))
    if (telling === undefined) return
    if (change === 'resolved') return this.end(telling, incident)
    telling.incident = incident
    if (change === 'acknowledged') telling.learn()
    if (change === 'unacknowledged') telling.unlearn()
    if (change === 'acknowledged' || change === 'unacknowledged') this.parts.reminders.schedule(telling)
    this.review(telling)
  }

  /** A reminder is due. */
  remind(telling: Telling): void {
    telling.reminding = true
    this.review(telling)
    if (telling.news === undefined) this.parts.reminders.schedule(telling)
  }

  /** There is a new silence. */
  silenced(): void {
    for (const telling of this.withNews) {
      if (this.parts.silences.covers(telling.incident)) this.decide(telling, undefined)
    }
  }

  /** What it has held back and is still so is told now; those who knew of it are reminded. */
  silenceEnded(silence: Silence): void {
    for (const telling of this.tellings.values()) {
      if (!telling.isOpen || !holdsBack(silence, telling.incident)) continue
      telling.reminding = telling.told && !telling.isAcknowledged
      this.review(telling)
    }
  }

  /** What is open goes on between one change and the next: its value, its duration, its members. */
  update(open: readonly Incident[]): void {
    for (const incident of open) {
      const telling = this.tellings.get(incident.id)
      if (telling?.isOpen) telling.incident = incident
    }
  }

  /** The news of these have left. */
  told(tellings: readonly Telling[]): void {
    this.uncounted = 0
    for (const telling of tellings) {
      telling.tell()
      this.withNews.delete(telling)
      if (telling.isOpen) this.parts.reminders.schedule(telling)
      else this.forget(telling)
    }
  }

  get waiting(): number {
    return this.withNews.size + this.uncounted
  }

  save(): SavedTelling[] {
    const saved: SavedTelling[] = []
    for (const telling of this.tellings.values()) {
      if (telling.known_level > 0 || telling.news !== undefined) saved.push(this.saveOne(telling))
    }
    return saved
  }

  restore(saved: readonly SavedTelling[], open: readonly Incident[]): void {
    const kept = new Map(saved.map((one) => [one.id, one]))
    for (const incident of open) this.restoreOne(new Telling(incident, kept.get(incident.id)), kept.get(incident.id))
    for (const one of saved) {
      if (one.ended === undefined || one.news === undefined || this.tellings.has(one.id)) continue
      const telling = new Telling(one.ended, one)
      telling.isOpen = false
      telling.news = one.news
      this.restoreOne(telling, one)
    }
  }

  private begin(incident: Incident): Telling {
    const telling = new Telling(incident)
    const from = incident.parted_from
    if (from !== undefined && (this.parted.has(from) || this.tellings.get(from)?.told)) telling.inherit()
    this.tellings.set(incident.id, telling)
    return telling
  }

  private review(telling: Telling): void {
    this.decide(telling, this.parts.silences.covers(telling.incident) ? undefined : telling.untold)
  }

  private end(telling: Telling, incident: Incident): void {
    this.parts.reminders.cancel(telling)
    if (incident.ended_by === 'parted' && telling.told) remember(this.parted, incident.id, MOST_PARTED)
    const news = newsOfEnd(telling, incident, this.parts)
    if (news === 'resolved' || !telling.isMomentary) telling.incident = incident
    telling.isOpen = false
    this.decide(telling, news)
  }

  private decide(telling: Telling, news: News | undefined): void {
    telling.news = news
    if (news === undefined) {
      this.withNews.delete(telling)
      this.parts.outbox.withdraw(telling)
      if (!telling.isOpen) this.forget(telling)
      return
    }
    this.withNews.add(telling)
    this.parts.outbox.put(telling)
    if (!telling.isOpen) this.bound(telling)
  }

  private bound(telling: Telling): void {
    this.ended.add(telling)
    const [oldest] = this.ended
    if (oldest === undefined || this.ended.size <= MOST_ENDED) return
    this.uncounted++
    this.decide(oldest, undefined)
  }

  private forget(telling: Telling): void {
    this.tellings.delete(telling.incident.id)
    this.ended.delete(telling)
  }

  private saveOne(telling: Telling): SavedTelling {
    const { incident, told, known_level, knows_flapping, reminders, news } = telling
    const remind_at = this.parts.reminders.dueAt(telling)
    return {
      id: incident.id,
      told,
      known_level,
      knows_flapping,
      reminders,
      ...(remind_at !== undefined && { remind_at }),
      ...(news !== undefined && { news }),
      ...(this.parts.outbox.isHeld(telling) && { held: true }),
      ...(!telling.isOpen && { ended: incident }),
    }
  }

  private restoreOne(telling: Telling, saved: SavedTelling | undefined): void {
    this.tellings.set(telling.incident.id, telling)
    if (saved?.held) this.parts.outbox.hold(telling)
    this.parts.reminders.restore(telling, saved?.remind_at)
    telling.reminding = saved?.news === 'reminder'
    if (telling.isOpen) this.review(telling)
    else this.decide(telling, telling.news)
  }
}

/** A set that holds so many, and forgets the oldest. */
function remember(set: Set<string>, item: string, most: number): void {
  set.add(item)
  for (const oldest of set) {
    if (set.size <= most) return
    set.delete(oldest)
  }
}

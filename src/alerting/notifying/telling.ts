import type { Incident } from '../incidents/incident'
import { isMomentary } from './texts/told'

/** What is to be told of an incident. One thing at a time: what comes later takes in what was before it. */
export type News = 'raised' | 'escalated' | 'flapping' | 'reminder' | 'resolved'

/** What of it a restart must not lose. */
export interface Known {
  /** A person has been told of it. */
  readonly told: boolean
  /** How many steps they know of, by being told or by having acknowledged; 0: they know nothing of it. */
  readonly known_level: number
  readonly knows_flapping: boolean
  /** How many have left. */
  readonly reminders: number
}

/** One incident, what people know of it, and what they are still to be told. */
export class Telling implements Known {
  told = false
  known_level = 0
  knows_flapping = false
  reminders = 0
  /** One is due. */
  reminding = false
  /** It waits, or leaves just now. */
  news: News | undefined
  isOpen = true

  constructor(
    /** As it is to be told: as it is now, or for what is over by its nature as it was when it was news. */
    public incident: Incident,
    known?: Known,
  ) {
    if (known === undefined) {
      if (this.isAcknowledged) this.learn()
      return
    }
    this.told = known.told
    this.known_level = known.known_level
    this.knows_flapping = known.knows_flapping
    this.reminders = known.reminders
  }

  get isCritical(): boolean {
    return this.incident.severity === 'critical'
  }

  get isAcknowledged(): boolean {
    return this.incident.acknowledged_at !== undefined
  }

  /** It is over by its nature: only its beginning is news. */
  get isMomentary(): boolean {
    return isMomentary(this.incident)
  }

  /** It was over before anybody could be told of it. */
  get cameAndWent(): boolean {
    return !this.isOpen && !this.isMomentary && this.news !== 'resolved'
  }

  /** What a person does not know of it while it is open. A higher step is news even to those who have acknowledged a lower one. */
  get untold(): News | undefined {
    if (this.incident.level > this.known_level) return this.told ? 'escalated' : 'raised'
    if (this.isAcknowledged) return undefined
    if (this.incident.flapping && !this.knows_flapping) return 'flapping'
    return this.reminding ? 'reminder' : undefined
  }

  /** It was acknowledged by mistake: those who were never told know nothing of it. */
  unlearn(): void {
    if (!this.told) this.known_level = 0
  }

  /** It goes on from an incident of which people have been told. */
  inherit(): void {
    this.told = true
    this.learn()
  }

  /** The news have left. */
  tell(): void {
    if (this.news === 'reminder') this.reminders++
    this.news = undefined
    this.told = true
    this.learn()
  }

  /** What is true of it now is known. */
  learn(): void {
    this.reminding = false
    this.known_level = Math.max(this.known_level, this.incident.level)
    this.knows_flapping ||= this.incident.flapping
  }
}

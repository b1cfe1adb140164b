import type { Incident } from './incident'

export const MOST_KEPT = 1000
const MOST_SAVED = 200

/** The newest of the incidents that are over. */
export class PastIncidents {
  /** Oldest first. */
  private incidents: Incident[] = []

  add(incident: Incident): void {
    this.incidents.push(incident)
    // Now and then in one go: removing the first of a long array moves all others.
    if (this.incidents.length >= 2 * MOST_KEPT) this.incidents = this.incidents.slice(-MOST_KEPT)
  }

  /** Newest first. */
  newest(limit: number, fits: (incident: Incident) => boolean): Incident[] {
    return this.incidents.slice(-MOST_KEPT).reverse().filter(fits).slice(0, limit)
  }

  /** Oldest first. */
  save(): Incident[] {
    return this.incidents.slice(-MOST_SAVED)
  }
}

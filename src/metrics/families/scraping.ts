import type { DurationCounts } from '../../domain/histogram'
import { counter, type Group, histogram } from '../family'

/** What measuring itself costs. */
export interface ScrapingFigures {
  /** Of its own work: pauses in which others had their turn do not count. */
  readonly work: DurationCounts
  /** By the title of the part that could not be read. */
  readonly failures: number
}

export const SCRAPING: Group<ScrapingFigures> = {
  title: 'Measuring itself',
  labels: [],
  families: {
    kasa_scrape_work_seconds: histogram(
      'How long the event loop worked for one scrape, pauses for others left out',
      ({ work }) => work,
    ),
    kasa_scrape_failures_total: counter('Parts that could not be read', ({ failures }) => failures),
  },
}

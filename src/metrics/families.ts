import { ALERTS } from './families/alerts'
import { API } from './families/api'
import { CACHE } from './families/cache'
import { DATABASE } from './families/database'
import { DEVICE, DEVICE_NOW } from './families/device'
import { HOMEASSISTANT } from './families/homeassistant'
import { HOST } from './families/host'
import { POLLING } from './families/polling'
import { PROCESS } from './families/process'
import { RETENTION } from './families/retention'
import { SCRAPING } from './families/scraping'
import type { FamilyType, Group } from './family'

/** One family, for those who document it. */
export interface FamilyDescription {
  readonly name: string
  readonly type: FamilyType
  readonly help: string
  readonly labels: readonly string[]
}

export interface GroupDescription {
  readonly title: string
  readonly families: readonly FamilyDescription[]
}

/** All there are, in the order of the documentation. */
export const ALL_FAMILIES: readonly GroupDescription[] = [
  described(DEVICE),
  described(DEVICE_NOW),
  described(POLLING),
  described(DATABASE),
  described(CACHE),
  described(HOMEASSISTANT),
  described(API),
  described(ALERTS),
  described(RETENTION),
  described(PROCESS),
  described(HOST),
  described(SCRAPING),
]

function described<Subject>({ title, labels, families }: Group<Subject>): GroupDescription {
  return {
    title,
    families: Object.entries(families).map(([name, { type, help, labels: own }]) => {
      return { name, type, help, labels: [...labels, ...own] }
    }),
  }
}

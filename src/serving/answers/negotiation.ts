import type { Format } from './answer'

export type Encoding = 'br' | 'gzip' | 'identity'

/** What each format is called. */
export const MEDIA_TYPES: Readonly<Record<Format, string>> = {
  json: 'application/json',
  ndjson: 'application/x-ndjson',
  csv: 'text/csv',
}

/** Clients have few different headers, and send the same with every request. */
const REMEMBERED = 200

interface Wish {
  readonly name: string
  readonly quality: number
}

const encodings = new Map<string, Encoding>()

/** The encoding that a client likes best; of those that it likes as well, the smaller one. */
export function encodingFor(accepted: string | undefined): Encoding {
  if (accepted === undefined || accepted === '') return 'identity'
  return remembered(encodings, accepted, () => {
    const wishes = wishesIn(accepted)
    const qualityOf = (name: string) => wishes.find((wish) => wish.name === name || wish.name === '*')?.quality ?? 0
    const [br, gzip] = [qualityOf('br'), qualityOf('gzip')]
    if (br > 0 && br >= gzip) return 'br'
    return gzip > 0 ? 'gzip' : 'identity'
  })
}

const types = new Map<string, number>()

/**
 * Which of several media types a client likes best; of those that it likes as well, the first. Undefined: none.
 * @param offered without parameters
 */
export function typeFor(accepted: string | undefined, offered: readonly string[]): number | undefined {
  if (accepted === undefined || accepted === '*/*') return 0
  const index = remembered(types, `${offered.join()} ${accepted}`, () => best(wishesIn(accepted), offered))
  return index < 0 ? undefined : index
}

function best(wishes: readonly Wish[], offered: readonly string[]): number {
  const qualities = offered.map((type) => {
    const [family] = type.split('/')
    // What says more exactly what it means counts.
    for (const name of [type, `${family}/*`, '*/*']) {
      const wish = wishes.find((each) => each.name === name)
      if (wish) return wish.quality
    }
    return 0
  })
  const highest = Math.max(...qualities)
  return highest > 0 ? qualities.indexOf(highest) : -1
}

/** `gzip;q=0.5, br`: without a quality it is 1. */
function wishesIn(header: string): Wish[] {
  return header.split(',').map((part) => {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase())
    const quality = parameters.find((text) => text.startsWith('q='))
    return { name, quality: quality === undefined ? 1 : Number(quality.slice(2)) || 0 }
  })
}

function remembered<Value>(known: Map<string, Value>, header: string, work: () => Value): Value {
  const value = known.get(header)
  if (value !== undefined) return value
  const fresh = work()
  if (known.size >= REMEMBERED) known.clear()
  known.set(header, fresh)
  return fresh
}

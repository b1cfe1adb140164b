import { invalid } from '../errors'

/** An object of a tariff as a person has given it: every error names its path. */
export class Given {
  private readonly values: ReadonlyMap<string, unknown>

  /** @throws MonitorError `CONFIG_INVALID` where it is no object, or has keys that are not known */
  constructor(
    private readonly path: string,
    given: unknown,
    keys: readonly string[],
  ) {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      throw invalid('CONFIG_INVALID', path, given, 'an object')
    }
    this.values = new Map(Object.entries(given))
    for (const key of this.values.keys()) {
      if (!keys.includes(key))
        throw invalid('CONFIG_INVALID', this.pathOf(key), key, `only the keys ${keys.join(', ')}`)
    }
  }

  pathOf(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`
  }

  refuse(key: string, range: string): Error {
    return invalid('CONFIG_INVALID', this.pathOf(key), this.values.get(key), range)
  }

  /** Absent, or left empty in a dialog. */
  isBlank(key: string): boolean {
    const value = this.values.get(key)
    return value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
  }

  /** Text, trimmed; blank where it is absent. */
  text(key: string, range: string, pattern: RegExp): string {
    const value = this.isBlank(key) ? '' : this.values.get(key)
    if (typeof value === 'string' && pattern.test(value.trim())) return value.trim()
    throw this.refuse(key, range)
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[], fallback: Choice): Choice {
    const value = this.isBlank(key) ? fallback : this.values.get(key)
    const found = choices.find((choice) => choice === value)
    if (found !== undefined) return found
    throw this.refuse(key, `one of ${choices.join(', ')}`)
  }

  /** A number, or text of one. */
  number(key: string, minimum: number, maximum: number, fallback?: number): number {
    const value = this.isBlank(key) ? fallback : this.values.get(key)
    const number = typeof value === 'string' ? Number(value) : value
    if (typeof number === 'number' && number >= minimum && number <= maximum) return number
    throw this.refuse(key, `a number from ${minimum} to ${maximum}`)
  }

  wholeNumber(key: string, minimum: number, maximum: number, fallback: number): number {
    const number = this.number(key, minimum, maximum, fallback)
    if (Number.isInteger(number)) return number
    throw this.refuse(key, `a whole number from ${minimum} to ${maximum}`)
  }

  /** @param make is handed each entry with its path */
  list<Entry>(key: string, longest: number, make: (entry: unknown, path: string) => Entry): Entry[] {
    const value = this.isBlank(key) ? [] : this.values.get(key)
    if (!Array.isArray(value) || value.length > longest) throw this.refuse(key, `a list of at most ${longest} entries`)
    return value.map((entry: unknown, index) => make(entry, `${this.pathOf(key)}.${index}`))
  }

  /** A list of texts, or a text with commas. */
  words(key: string, longest: number, range: string, isAllowed: (word: string) => boolean): string[] {
    const value = this.isBlank(key) ? [] : this.values.get(key)
    const given: unknown = typeof value === 'string' ? value.split(/[\s,]+/) : value
    if (!Array.isArray(given) || given.length > longest) throw this.refuse(key, `at most ${longest} of ${range}`)
    return (given as readonly unknown[])
      .filter((word) => word !== '')
      .map((word) => {
        if (typeof word === 'string' && isAllowed(word)) return word
        throw invalid('CONFIG_INVALID', this.pathOf(key), word, range)
      })
  }
}

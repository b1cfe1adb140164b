import { parseCommand, type Command } from '../domain/command'
import { invalid } from '../domain/errors'

/** What follows a command, by its parameters. */
const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  brightness: ['brightness_pct'],
  color: ['hue_deg', 'saturation_pct', 'brightness_pct'],
  'color-temperature': ['color_temp_k'],
  led: ['on'],
  alias: ['alias'],
  countdown: ['delay_s', 'on'],
  effect: ['effect'],
  'auto-off': ['delay_min'],
  'child-lock': ['on'],
  'auto-update': ['on'],
  'smooth-transitions': ['on'],
  'smooth-on': ['transition_s'],
  'smooth-off': ['transition_s'],
  'motion-sensor': ['on'],
  'power-protection': ['limit_w'],
  'light-preset': ['preset'],
}

/**
 * A command as a person types it: `brightness 40`, `led off`, `countdown 60 on`.
 * @throws MonitorError `INPUT_INVALID`
 */
export function parseCommandWords([name = '', ...words]: readonly string[]): Command {
  const keys = Object.hasOwn(PARAMETERS, name) ? (PARAMETERS[name] ?? []) : []
  const given = keys.flatMap((key, index) => {
    const word = words[index]
    return word === undefined ? [] : [[key, valueOf(key, word)] as const]
  })
  const command = parseCommand(name, Object.fromEntries(given))
  noMore(words.slice(keys.length))
  return command
}

export function noMore(words: readonly string[]): void {
  if (words[0] !== undefined) throw invalid('INPUT_INVALID', 'argument', words[0], 'no more arguments')
}

/** @throws MonitorError `INPUT_INVALID` where an option is given and is no whole number of the range */
export function numberIn(
  option: string,
  given: unknown,
  { minimum, maximum }: { minimum: number; maximum: number },
): number | undefined {
  if (given === undefined) return undefined
  const value = typeof given === 'string' ? numberOf(given) : given
  if (typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum) return value
  throw invalid('INPUT_INVALID', option, value, `a whole number from ${minimum} to ${maximum}`)
}

function valueOf(key: string, word: string): unknown {
  if (key === 'alias' || key === 'effect') return word
  if (key !== 'on') return numberOf(word)
  if (word === 'on') return true
  return word === 'off' ? false : word
}

/** The number that the text is, or the text, for the error to show. */
function numberOf(text: string): number | string {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

import { DEVICE_EVENTS } from '../../domain/event'
import { refuse } from './refuse'
import type { ConditionRule, SimpleCondition } from './rule'

/**
 * What the fields of one condition have to be to one another.
 * @throws MonitorError `CONFIG_INVALID` naming the path
 */
export function checkCondition(condition: ConditionRule, at: string): void {
  switch (condition.kind) {
    case 'all':
    case 'any':
      for (const [index, one] of condition.conditions.entries()) checkCondition(one, `${at}.conditions[${index}]`)
      return
    case 'above':
      checkAtMost(`${at}.clear`, condition.clear, condition.value, 'value')
      break
    case 'below':
      checkAtLeast(`${at}.clear`, condition.clear, condition.value, 'value')
      break
    case 'percentile':
      checkAtMost(`${at}.clear`, condition.clear, condition.above, 'above')
      break
    case 'outside':
      checkBand(condition, at)
      break
    case 'event':
      checkEvents(condition.until, `${at}.until`)
      break
    case 'energy':
    case 'cost':
      checkSteps(condition.steps_pct, `${at}.steps_pct`)
      break
    case 'finished':
      checkAtLeast(`${at}.above_w`, condition.above_w, condition.below_w, 'below_w')
      break
    case 'equal':
    case 'changed':
    case 'rate':
    case 'stuck':
    case 'no_data':
    case 'offline':
    case 'on_too_long':
    case 'unexpected':
    case 'error_rate':
    case 'backlog':
      break
  }
  checkDevice(condition.device, `${at}.device`)
}

function checkAtMost(path: string, given: number | undefined, most: number, name: string): void {
  if (given !== undefined && given > most) refuse(path, given, `at most ${name}, which is ${most}`)
}

function checkAtLeast(path: string, given: number | undefined, least: number, name: string): void {
  if (given !== undefined && given < least) refuse(path, given, `at least ${name}, which is ${least}`)
}

function checkBand({ low, high, margin }: SimpleCondition<'outside'>, at: string): void {
  if (low >= high) refuse(`${at}.high`, high, `more than low, which is ${low}`)
  if (margin * 2 >= high - low) refuse(`${at}.margin`, margin, `less than half of what lies between ${low} and ${high}`)
}

function checkEvents(until: readonly string[], at: string): void {
  for (const [index, name] of until.entries()) {
    if (Object.hasOwn(DEVICE_EVENTS, name)) continue
    refuse(`${at}[${index}]`, name, `one of ${Object.keys(DEVICE_EVENTS).join(', ')}`)
  }
}

function checkSteps(steps: readonly number[], at: string): void {
  for (const [index, step] of steps.entries()) {
    const before = steps[index - 1] ?? 0
    if (step <= before) refuse(`${at}[${index}]`, step, `more than the step before, ${before} %`)
  }
}

function checkDevice(device: string | undefined, at: string): void {
  if (device !== undefined && /[*]|^[@!]/.test(device))
    refuse(at, device, 'the id or the alias of one device, no pattern')
}

import type { ConditionRule, SimpleCondition } from '../rules/rule'
import { AboveOrBelowCondition } from './above-or-below'
import { BacklogCondition } from './backlog'
import { ChangedCondition } from './changed'
import type { Condition, ConditionContext } from './condition'
import { CostCondition } from './cost'
import { EnergyCondition } from './energy'
import { EqualCondition } from './equal'
import { ErrorRateCondition } from './error-rate'
import { EventCondition } from './event'
import { FinishedCondition } from './finished'
import { JoinedCondition, type JoinedPart } from './joined'
import { NoDataCondition } from './no-data'
import { OfflineCondition } from './offline'
import { OnTooLongCondition } from './on-too-long'
import { OutsideCondition } from './outside'
import { PercentileCondition } from './percentile'
import { RateCondition } from './rate'
import { StuckCondition } from './stuck'
import { UnexpectedCondition } from './unexpected'

/** What a checked rule says, for one subject. Who calls it hands it what comes of the devices that it names as well. */
export function createCondition(rule: ConditionRule, context: ConditionContext): Condition {
  return createPart(rule, context).condition
}

function createPart(rule: ConditionRule, context: ConditionContext): JoinedPart {
  if ('conditions' in rule) {
    const parts = rule.conditions.map((each) => createPart(each, context))
    const condition = new JoinedCondition(rule.kind, parts)
    return { kind: rule.kind, condition, subject: undefined, device: undefined }
  }
  const { kind, device } = rule
  const subject = device === undefined ? context.subject : context.subjectNamed(device)
  return { kind, condition: createSimple(rule, { ...context, subject }), subject, device }
}

function createSimple(rule: SimpleCondition, context: ConditionContext): Condition {
  switch (rule.kind) {
    case 'above':
    case 'below':
      return new AboveOrBelowCondition(rule, context)
    case 'outside':
      return new OutsideCondition(rule, context)
    case 'equal':
      return new EqualCondition(rule, context)
    case 'changed':
      return new ChangedCondition(rule, context)
    case 'rate':
      return new RateCondition(rule, context)
    case 'stuck':
      return new StuckCondition(rule, context)
    case 'no_data':
      return new NoDataCondition(rule, context)
    case 'offline':
      return new OfflineCondition(rule, context)
    case 'event':
      return new EventCondition(rule, context)
    case 'energy':
      return new EnergyCondition(rule, context)
    case 'cost':
      return new CostCondition(rule, context)
    case 'finished':
      return new FinishedCondition(rule, context)
    case 'on_too_long':
      return new OnTooLongCondition(rule, context)
    case 'unexpected':
      return new UnexpectedCondition(rule, context)
    case 'percentile':
      return new PercentileCondition(rule, context)
    case 'error_rate':
      return new ErrorRateCondition(rule, context)
    case 'backlog':
      return new BacklogCondition(rule, context)
  }
}

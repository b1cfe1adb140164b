import { describe, it } from 'mocha'
import { CONDITION_FIELDS } from '../../../src/alerting/rules/condition-fields'
import type { Field, Fields } from '../../../src/alerting/rules/fields'
import { RULE_FIELDS } from '../../../src/alerting/rules/rule'
import { EditorFiles } from '../../support/editor-files'

describe('The dialog of kasa-alert has words', () => {
  const files = new EditorFiles('kasa-alert')
  const word = (key: string) => files.word(`kasa-alert.rule.${key}`)
  const all: [key: string, field: Field][] = [RULE_FIELDS, ...Object.values(CONDITION_FIELDS)].flatMap(
    (fields: Fields) => Object.entries(fields),
  )

  it('for every field of a rule and of its conditions', () => {
    for (const [key] of all) word(`label.${key}`)
    word('label.device')
  })

  it('for every kind of condition', () => {
    for (const kind of [...Object.keys(CONDITION_FIELDS), 'all', 'any']) {
      word(`kind.${kind}`)
      word(`kindHint.${kind}`)
    }
  })

  it('for every choice, but the names of events, which are offered as they are', () => {
    for (const [key, field] of all) {
      if (field.type !== 'choice' || key === 'event') continue
      for (const value of field.values) word(`option.${key}.${value}`)
    }
  })
})

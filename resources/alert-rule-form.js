// The form of one rule in the dialog of kasa-alert, made from the tables of fields that the runtime checks it with.
// What a person or a device has written goes through `.text()` and `.val()` alone.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  /** What most people set; the rest is folded away. */
  const FIRST = ['name', 'devices', 'together', 'severity', 'for_s']
  const TEXTS = ['title', 'text', 'resolved_text']
  const JOINED = ['all', 'any']
  /** Names of values; those of readings are offered. */
  const KEYS = ['key', 'while_key']
  let ids = 0

  /**
   * @param rule is changed as a person types; what is left blank is not in it, and has its default
   * @param tables `fields` of rules and `conditions` by kind
   * @param words what to say for a key of the locale
   * @param changed is called after each change
   */
  KasaMonitor.alertRuleForm = function (rule, { tables, words, changed }) {
    const form = $('<div class="kasa-alert-form">')
    const fieldRows = (keys) => keys.map((key) => fieldRow(key, tables.fields[key], rule, { words, changed }))
    const rest = Object.keys(tables.fields).filter((key) => ![...FIRST, ...TEXTS, 'enabled'].includes(key))
    return form.append(
      fieldRows(['name', 'devices', 'together']),
      conditionForm(rule, 'condition', { tables, words, changed, mayJoin: true }),
      fieldRows(['for_s', 'severity']),
      folded(words('rule.more'), fieldRows(rest)),
      folded(words('rule.texts'), [
        $('<div class="kasa-alert-note">').html(words('rule.placeholders')),
        ...fieldRows(TEXTS),
      ]),
    )
  }

  function folded(title, content) {
    return $('<details>').append($('<summary>').text(title), content)
  }

  /** The kind of a condition, and below it what that kind has to be told. */
  function conditionForm(owner, key, { tables, words, changed, mayJoin }) {
    const kinds = [...Object.keys(tables.conditions), ...(mayJoin ? JOINED : [])]
    const kind = $('<select>').attr('aria-label', words('rule.condition'))
    for (const each of kinds)
      $('<option>')
        .val(each)
        .text(words(`rule.kind.${each}`))
        .appendTo(kind)
    const details = $('<div class="kasa-alert-condition">')
    const show = () => {
      const condition = owner[key]
      details.empty().append($('<div class="kasa-alert-note">').text(words(`rule.kindHint.${condition.kind}`)))
      if (JOINED.includes(condition.kind)) details.append(joinedForm(condition, { tables, words, changed }))
      const fields = tables.conditions[condition.kind] || {}
      for (const [name, field] of Object.entries(fields)) {
        details.append(fieldRow(name, field, condition, { words, changed }))
      }
    }
    kind.val(owner[key].kind).on('change', () => {
      owner[key] = newCondition(kind.val(), owner[key], tables)
      show()
      changed()
    })
    show()
    return $('<div>').append(labelled(words('rule.condition'), kind), details)
  }

  /** What both kinds know is kept. */
  function newCondition(kind, previous, tables) {
    if (JOINED.includes(kind)) return { kind, conditions: previous.conditions || [previous] }
    const known = Object.keys(tables.conditions[kind])
    const kept = Object.entries(previous).filter(([name]) => known.includes(name) || name === 'device')
    return { ...Object.fromEntries(kept), kind }
  }

  function joinedForm(condition, { tables, words, changed }) {
    const list = $('<ol class="kasa-alert-joined">')
    const add = (index) => {
      const part = $('<li>')
      const remove = $('<button type="button" class="red-ui-button red-ui-button-small">')
        .attr('aria-label', words('rule.remove'))
        .append('<i class="fa fa-remove">')
        .on('click', () => {
          condition.conditions.splice(condition.conditions.indexOf(holder.condition), 1)
          part.remove()
          changed()
        })
      // The part is replaced when its kind changes; the list has to hear of it.
      const holder = {
        get condition() {
          return condition.conditions[this.index()]
        },
        set condition(value) {
          condition.conditions[this.index()] = value
        },
        index: () => part.index(),
      }
      list.append(part)
      const device = fieldRow('device', { type: 'text', maximum_length: 128, optional: true }, holder.condition, {
        words,
        changed,
      })
      part.append(remove, conditionForm(holder, 'condition', { tables, words, changed, mayJoin: false }), device)
      if (index === undefined) changed()
    }
    condition.conditions.forEach((each, index) => {
      if (!JOINED.includes(each.kind)) return add(index)
      const deeper = $('<code>').text(JSON.stringify(each))
      list.append($('<li>').append($('<span>').text(words('rule.deeper')), deeper))
    })
    const button = $('<button type="button" class="red-ui-button">').text(words('rule.addCondition'))
    button.on('click', () => {
      condition.conditions.push({ kind: 'above' })
      add()
    })
    return $('<div>').append(list, button)
  }

  function fieldRow(key, field, owner, { words, changed }) {
    const id = `kasa-alert-field-${++ids}`
    const set = (value) => {
      if (value === undefined) delete owner[key]
      else owner[key] = value
      changed()
    }
    const control = controlFor(key, field, owner[key], set, words).attr({ id, 'data-field': key })
    return labelled(words(`rule.label.${key}`), control, field.unit, id)
  }

  function labelled(text, control, unit, id) {
    const label = $('<label>').text(text)
    if (id) label.attr('for', id)
    const row = $('<div class="kasa-alert-row">').append(label, control)
    return unit ? row.append($('<span>').text(unit)) : row
  }

  function controlFor(key, field, value, set, words) {
    switch (field.type) {
      case 'number':
        return numberControl(field, value, set)
      case 'boolean':
        return $('<input type="checkbox">')
          .prop('checked', value === undefined ? field.default : value)
          .on('change', (event) => set(event.target.checked))
      case 'choice':
        return choiceControl(key, field, value, set, words)
      case 'list':
        return textControl((value || []).join(', '), (field.default || []).join(', '), (text) =>
          set(listIn(text, field.item.type === 'number')),
        )
      case 'labels':
        return textControl(labelsText(value), 'room=kitchen', (text) => set(labelsIn(text)))
      case 'value':
        return textControl(value === undefined ? '' : JSON.stringify(value), 'true', (text) => set(valueIn(text)))
      default:
        return textControl(value === undefined ? '' : value, field.default || '', (text) =>
          set(text || undefined),
        ).attr(KEYS.includes(key) ? { list: 'kasa-alert-keys' } : {})
    }
  }

  function numberControl(field, value, set) {
    const { minimum, maximum, whole } = field
    return $('<input type="number">')
      .attr({ min: minimum, max: maximum, step: whole ? 1 : 'any', placeholder: field.default })
      .val(value === undefined ? '' : value)
      .on('change', (event) => set(event.target.value === '' ? undefined : Number(event.target.value)))
  }

  function choiceControl(key, field, value, set, words) {
    const select = $('<select>')
    for (const each of field.values) {
      const text = key === 'event' ? each : words(`rule.option.${key}.${each}`)
      $('<option>').val(each).text(text).appendTo(select)
    }
    return select
      .val(value === undefined ? field.default || field.values[0] : value)
      .on('change', () => set(select.val()))
  }

  function textControl(text, placeholder, set) {
    return $('<input type="text">')
      .attr({ placeholder, autocomplete: 'off' })
      .val(text)
      .on('change', (event) => set(event.target.value.trim()))
  }

  /** Text that is no number stays as it is, so that the check can name it. */
  function listIn(text, areNumbers) {
    const parts = text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== '')
    if (parts.length === 0) return undefined
    return areNumbers ? parts.map((part) => (Number.isNaN(Number(part)) ? part : Number(part))) : parts
  }

  function labelsText(labels = {}) {
    return Object.entries(labels)
      .map((pair) => pair.join('='))
      .join(', ')
  }

  function labelsIn(text) {
    const pairs = (listIn(text, false) || []).map((part) => {
      const [name, ...value] = part.split('=')
      return [name.trim(), value.join('=').trim()]
    })
    return pairs.length > 0 ? Object.fromEntries(pairs) : undefined
  }

  /** A number, true, false, or a text. */
  function valueIn(text) {
    if (text === '') return undefined
    try {
      const value = JSON.parse(text)
      return ['number', 'boolean', 'string'].includes(typeof value) ? value : text
    } catch {
      return text
    }
  }
})()

// The dialog of kasa-alert: its pages, its table of rules and its groups.
// What a person or a device has written goes through `.text()` and `.val()` alone.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  const PAGES = ['rules', 'notifying', 'groups']

  /** Called by `oneditprepare` of the node. */
  KasaMonitor.prepareAlert = async function (node) {
    const words = (key, values) => node._(`kasa-alert.${key}`, values)
    preparePages(words)
    KasaMonitor.showRelevantRows()
    for (const key of ['quiet_days', 'time_zone']) $(`#node-input-${key}`).attr('placeholder', words(`empty.${key}`))
    prepareGroups(node.groups || [], words)
    const rows = $('#kasa-alert-rule-list').data('rules', structuredClone(node.rules || []))
    try {
      const tables = await $.getJSON('kasa-monitor/alerts/tables')
      prepareRules(node, rows, tables, words)
    } catch {
      say(words('rule.noTables'), true)
    }
  }

  /** Called by `oneditsave` of the node. Undefined: the table was never shown, and the rules are as they were. */
  KasaMonitor.alertRules = function () {
    const list = $('#kasa-alert-rule-list')
    if (!list.hasClass('kasa-alert-shown')) return list.data('rules')
    return list
      .editableList('items')
      .toArray()
      .map((row) => $(row).data('data').rule)
  }

  KasaMonitor.alertGroups = function () {
    const rows = $('#kasa-alert-group-list').editableList('items').toArray()
    return rows
      .map((row) => ({ name: valueIn(row, 'name'), devices: valueIn(row, 'devices') }))
      .filter(({ name }) => name !== '')
  }

  const valueIn = (row, key) => $(row).find(`.kasa-alert-group-${key}`).val().trim()

  function preparePages(words) {
    const show = (tab) => {
      $('#kasa-alert-pages').children().hide()
      $(`#${tab.id}`).show()
    }
    const tabs = RED.tabs.create({ id: 'kasa-alert-tabs', onchange: show })
    for (const page of PAGES) tabs.addTab({ id: `kasa-alert-${page}`, label: words(`page.${page}`) })
    setTimeout(() => tabs.resize(), 0)
  }

  function prepareGroups(groups, words) {
    const list = $('#kasa-alert-group-list')
    const input = (key, value) =>
      $('<input type="text">')
        .addClass(`kasa-alert-group-${key}`)
        .attr({ placeholder: words(`group.${key}`), 'aria-label': words(`group.${key}`) })
        .val(value || '')
    list.editableList({
      addButton: words('group.add'),
      height: 'auto',
      removable: true,
      addItem: (container, _index, { name, devices }) =>
        $('<div class="kasa-alert-group">').append(input('name', name), input('devices', devices)).appendTo(container),
    })
    for (const group of groups) list.editableList('addItem', { ...group })
  }

  function prepareRules(node, list, tables, words) {
    list.addClass('kasa-alert-shown').editableList({
      addButton: false,
      height: 'auto',
      removable: true,
      sortable: true,
      addItem: (container, _index, row) => addRow(container, row, { node, tables, words }),
    })
    for (const key of tables.keys) $('<option>').val(key).appendTo('#kasa-alert-keys')
    for (const rule of list.data('rules')) list.editableList('addItem', { rule })
    prepareAdding(list, tables, words)
    prepareText(list, words)
  }

  function prepareAdding(list, tables, words) {
    const choice = $('#kasa-alert-ready').empty().attr('aria-label', words('rule.ready'))
    $('<option value="">').text(words('rule.own')).appendTo(choice)
    for (const { id, rule, description } of tables.ready_made) {
      $('<option>').val(id).text(rule.name).attr('title', description).appendTo(choice)
    }
    $('#kasa-alert-add').on('click', () => {
      const ready = tables.ready_made.find(({ id }) => id === choice.val())
      const rule = ready ? structuredClone(ready.rule) : { condition: { kind: 'above' } }
      rule.id = freeId(ready ? ready.id : 'rule')
      list.editableList('addItem', { rule, isOpen: true })
    })
  }

  function freeId(wanted) {
    const taken = new Set(KasaMonitor.alertRules().map(({ id }) => id))
    let id = wanted
    for (let number = 2; taken.has(id); number++) id = `${wanted}-${number}`
    return id
  }

  /** One line says what the rule does; a click shows all of it. */
  function addRow(container, row, { node, tables, words }) {
    const { rule } = row
    const title = $('<button type="button" class="kasa-alert-title">').attr('aria-expanded', 'false')
    const fault = $('<div class="kasa-alert-fault" role="status" aria-live="polite">')
    const details = $('<div class="kasa-alert-details">').hide()
    const check = KasaMonitor.askLater(
      'alerts/check',
      () => ({ id: node.id, rule, groups: KasaMonitor.alertGroups(), tariff: KasaMonitor.chosen('tariff') }),
      ({ error }) => fault.text(error ? error.message : ''),
    )
    const show = () => {
      title.empty().append($('<strong>').text(rule.name || words(`rule.kind.${rule.condition.kind}`)))
      title.append($('<span>').text(summaryOf(rule, words)))
      title.attr('data-severity', rule.severity || 'warning')
    }
    const changed = () => {
      show()
      check()
    }
    const enabled = $('<input type="checkbox">')
      .attr('aria-label', words('rule.label.enabled'))
      .prop('checked', rule.enabled !== false)
      .on('change', (event) => (rule.enabled = event.target.checked))
    title.on('click', () => {
      if (details.is(':empty')) details.append(KasaMonitor.alertRuleForm(rule, { tables, words, changed }))
      details.toggle()
      title.attr('aria-expanded', String(details.is(':visible')))
    })
    $('#node-input-tariff').on('change', () => fault.text() && check())
    container.append($('<div class="kasa-alert-line">').append(enabled, title), fault, details)
    show()
    if (row.isOpen) title.trigger('click')
  }

  function summaryOf({ devices = ['*'], condition, for_s }, words) {
    const { kind, conditions, ...told } = condition
    const values = conditions ? [String(conditions.length)] : Object.values(told).map(String)
    const duration = for_s ? [`${for_s} s`] : []
    const of = devices.join(', ') === '*' ? words('rule.allDevices') : devices.join(', ')
    return [of, words(`rule.kind.${kind}`), ...values, ...duration].join(' · ')
  }

  /** All rules as JSON, to be copied, kept, or brought from elsewhere. */
  function prepareText(list, words) {
    const text = $('#kasa-alert-json').attr('aria-label', words('rule.json'))
    $('#kasa-alert-show-json').on('click', () => {
      text.val(JSON.stringify(KasaMonitor.alertRules(), null, 2))
      $('#kasa-alert-text').toggle()
    })
    $('#kasa-alert-take-json').on('click', () => {
      const rules = rulesIn(text.val())
      if (!rules) return say(words('rule.noJson'), true)
      list.editableList('empty')
      for (const rule of rules) list.editableList('addItem', { rule })
      $('#kasa-alert-text').hide()
      say('')
    })
  }

  function rulesIn(text) {
    try {
      const rules = JSON.parse(text)
      const areRules = (rule) => rule && typeof rule.condition === 'object' && rule.condition !== null
      return Array.isArray(rules) && rules.every(areRules) ? rules : undefined
    } catch {
      return undefined
    }
  }

  function say(text, failed = false) {
    $('#kasa-alert-message').toggleClass('kasa-alert-error', failed).text(text)
  }
})()

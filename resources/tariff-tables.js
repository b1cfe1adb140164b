// The tables in the dialog of kasa-tariff: prices, demand charges, taxes and special days, a row each.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  const TIMES = [
    { key: 'season_from', before: 'season' },
    { key: 'season_to', before: 'to' },
    { key: 'days', before: 'on', size: 'large' },
    { key: 'from', before: 'from' },
    { key: 'to', before: 'to' },
  ]
  const TABLES = {
    rows: [
      { key: 'name', size: 'large' },
      { key: 'price_per_kwh', type: 'number' },
      ...TIMES,
      { key: 'up_to_kwh', before: 'upTo', type: 'number' },
      { key: 'up_to_per', choices: ['month', 'day'], needs: 'up_to_kwh' },
    ],
    demand_charges: [
      { key: 'name', size: 'large' },
      { key: 'price_per_kw', type: 'number' },
      { key: 'per', choices: ['month', 'day'] },
      { key: 'minutes', choices: ['30', '15', '60'] },
      ...TIMES,
    ],
    taxes: [
      { key: 'name', size: 'large' },
      { key: 'percent', type: 'number' },
      { key: 'on', choices: ['', 'energy', 'service', 'energy, demand, service, minimum, taxes'] },
    ],
    special_days: [
      { key: 'count_as', size: 'large' },
      { key: 'dates', size: 'whole' },
    ],
  }

  /** @param name of one of `TABLES`, whose list has the id `kasa-tariff-` and the name */
  KasaMonitor.prepareTariffTable = function (name, words, changed) {
    const list = $(`#kasa-tariff-${name}`)
    list.editableList({
      addButton: words(`add.${name}`),
      height: 'auto',
      removable: true,
      sortable: true,
      addItem: (container, _index, row) => addRow(container, row, TABLES[name], words).on('input change', changed),
      removeItem: changed,
      sortItems: changed,
    })
    return {
      show: (rows) => {
        list.editableList('empty')
        for (const row of rows || []) list.editableList('addItem', { ...row })
      },
      rows: () =>
        list
          .editableList('items')
          .toArray()
          .map((row) => rowIn(row, TABLES[name])),
    }
  }

  function addRow(container, row, fields, words) {
    const line = $('<div class="kasa-tariff-row">').appendTo(container)
    for (const field of fields) {
      const { key, before, needs } = field
      const input = field.choices ? choiceOf(field, row[key], words) : inputOf(field, row[key], words)
      input.attr({ name: key, 'aria-label': words(`column.${key}`), title: words(`column.${key}`) })
      if (before) line.append($('<span>').text(words(`before.${before}`)))
      line.append(input)
      if (needs) showWith(input, line.find(`[name=${needs}]`))
    }
    return line
  }

  function showWith(input, other) {
    const show = () => input.toggle(other.val() !== '')
    other.on('input', show)
    show()
  }

  function inputOf({ key, type = 'text', size = 'small' }, value, words) {
    const input = $(`<input type="${type}" class="kasa-tariff-${size}">`).attr('placeholder', words(`empty.${key}`))
    if (type === 'number') input.attr('step', 'any')
    // A list that came from a flow file stays what it says.
    return input.val(Array.isArray(value) ? value.join(', ') : value)
  }

  function choiceOf({ key, choices }, value, words) {
    const select = $('<select>')
    const chosen = value === undefined ? choices[0] : String(value)
    for (const choice of choices)
      $('<option>')
        .val(choice)
        .text(words(`choice.${key}.${choice || 'all'}`))
        .appendTo(select)
    if (!choices.includes(chosen)) $('<option>').val(chosen).text(chosen).appendTo(select)
    return select.val(chosen)
  }

  /** What is left empty is left out. */
  function rowIn(container, fields) {
    const row = {}
    const valueOf = (key) => String($(container).find(`[name=${key}]`).val()).trim()
    for (const { key, type, needs } of fields) {
      const value = needs && valueOf(needs) === '' ? '' : valueOf(key)
      if (value !== '') row[key] = type === 'number' ? Number(value) : value
    }
    return row
  }
})()

// The table of tiers in the dialog of kasa-retention: a row each, from the finest to the coarsest.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  const BUCKET_UNITS = ['m', 'h', 'd', 'mo']
  /** In days; `ever` has none. */
  const KEEP_UNITS = { days: 1, years: 365, ever: 0 }
  const NEW_TIER = { name: 'monthly', bucket: '1mo', keep_days: 0, fields: '' }

  /** `tables`: what Node-RED knows of measured values; `changed` is called whenever a row is other than before. */
  KasaMonitor.prepareTiers = function (list, rows, { tables, words, changed }) {
    list.editableList({
      addButton: words('tier.add'),
      height: 'auto',
      removable: true,
      sortable: true,
      addItem: (container, _index, row) => addRow(container, row, { tables, words, changed }),
      removeItem: changed,
      sortItems: changed,
    })
    for (const row of rows) list.editableList('addItem', { ...row })
  }

  KasaMonitor.tiersIn = function (list) {
    return list.editableList('items').toArray().map(rowOf)
  }

  function rowOf(row) {
    const value = (name) => String($(row).find(`[name=${name}]`).val()).trim()
    const ticked = $(row).find('[name=field]:checked').toArray()
    return {
      name: value('name'),
      bucket: value('count') + value('unit'),
      keep_days: Number(value('keep')) * KEEP_UNITS[value('keep_unit')],
      fields: ticked.map((tick) => tick.value).join(', '),
    }
  }

  function addRow(container, row, { tables, words, changed }) {
    const tier = { ...NEW_TIER, ...row }
    const [, count, unit] = /^(\d+)([a-z]+)$/.exec(tier.bucket) || ['', tier.bucket, 'h']
    const keep = keepOf(tier.keep_days)
    const word = (key) => $('<span>').text(words(`tier.${key}`))
    const name = $('<input type="text" name="name" maxlength="20">')
      .attr('aria-label', words('tier.name'))
      .val(tier.name)
    const keepNumber = number('keep', words).val(keep.count)
    const keepUnit = choice('keep_unit', Object.keys(KEEP_UNITS), words).val(keep.unit)
    const showNumber = () => keepNumber.toggle(keepUnit.val() !== 'ever')
    keepUnit.on('change', showNumber)
    $('<div class="kasa-retention-tier">')
      .append(name, word('every'), number('count', words).val(count), choice('unit', BUCKET_UNITS, words).val(unit))
      .append(word('keptFor'), keepNumber, keepUnit, fieldsOf(tier.fields, tables.keys, words))
      .on('input change', changed)
      .appendTo(container)
    showNumber()
    changed()
  }

  function keepOf(days) {
    if (Number(days) === 0) return { count: 1, unit: 'ever' }
    const { years } = KEEP_UNITS
    return days % years === 0 ? { count: days / years, unit: 'years' } : { count: days, unit: 'days' }
  }

  function number(name, words) {
    return $('<input type="number" min="1" step="1">').attr({ name, 'aria-label': words(`tier.${name}`) })
  }

  function choice(name, values, words) {
    const select = $('<select>').attr({ name, 'aria-label': words(`tier.${name}`) })
    for (const value of values)
      $('<option>')
        .val(value)
        .text(words(`tier.in.${value}`))
        .appendTo(select)
    return select
  }

  /** None ticked stands for all. */
  function fieldsOf(text, keys, words) {
    const chosen = new Set(
      text
        .split(',')
        .map((key) => key.trim())
        .filter(Boolean),
    )
    const summary = $('<summary>')
    const list = $('<div class="kasa-retention-fields">')
    // A name that nobody knows stays, so that the check can tell of it.
    for (const key of new Set([...keys, ...chosen])) {
      const tick = $('<input type="checkbox" name="field">').val(key).prop('checked', chosen.has(key))
      list.append($('<label>').append(tick, $('<span>').text(key)))
    }
    const show = () => {
      const ticked = list
        .find(':checked')
        .toArray()
        .map((tick) => tick.value)
      summary.text(words(ticked.length > 0 ? 'tier.some' : 'tier.all', { fields: ticked.join(', ') }))
    }
    list.on('change', show)
    show()
    return $('<details>').append(summary, list)
  }
})()

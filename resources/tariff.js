// The dialog of kasa-tariff: one version of the prices at a time, and whether the runtime would take all of them.
// What a person has written goes through `.text()` and `.val()` alone.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  const CHECK_AFTER_MS = 300
  const TABLES = ['rows', 'demand_charges', 'taxes']
  const AMOUNTS = ['service_charge', 'minimum_charge']
  let state

  /** Called by `oneditprepare` of the node. */
  KasaMonitor.prepareTariff = function (node) {
    const words = (key, values) => node._(`kasa-tariff.${key}`, values)
    KasaMonitor.fillWhatIsNew(node)
    $('#node-config-input-time_zone').attr('placeholder', words('empty.time_zone'))
    const check = checkLater(node)
    const changed = () => {
      keep()
      check()
    }
    state = {
      versions: structuredClone(node.versions || node._def.defaults.versions.value),
      at: 0,
      tables: {},
      isShowing: true,
    }
    for (const name of TABLES) state.tables[name] = KasaMonitor.prepareTariffTable(name, words, changed)
    state.special_days = KasaMonitor.prepareTariffTable('special_days', words, changed)
    state.special_days.show(node.special_days)
    state.at = state.versions.length - 1
    prepareVersions(words, changed)
    preparePresets(words, changed)
    $('#kasa-tariff-version-form').on('input change', 'input, select', changed)
    $('.kasa-tariff > .form-row input').on('input change', check)
    showVersion(words)
    check()
  }

  /** Called by `oneditsave` of the node. */
  KasaMonitor.tariffVersions = function () {
    keep()
    return state.versions
  }

  KasaMonitor.tariffSpecialDays = function () {
    return state.special_days.rows()
  }

  function prepareVersions(words, changed) {
    $('#kasa-tariff-version').on('change', (event) => {
      state.at = Number(event.target.value)
      showVersion(words)
    })
    $('#kasa-tariff-valid_from').on('change', () => {
      keep()
      sortVersions()
      showVersion(words)
    })
    $('#kasa-tariff-add-version').on('click', () => {
      keep()
      state.versions.push({ ...structuredClone(state.versions[state.at]), valid_from: dayAfter(state.versions) })
      state.at = state.versions.length - 1
      showVersion(words)
      changed()
    })
    $('#kasa-tariff-remove-version').on('click', () => {
      state.versions.splice(state.at, 1)
      state.at = Math.max(0, state.at - 1)
      showVersion(words)
      changed()
    })
  }

  /** The next New Year behind the last version: that is when most prices change. */
  function dayAfter(versions) {
    const last = versions[versions.length - 1].valid_from
    const year = last ? Number(last.slice(0, 4)) : new Date().getFullYear()
    return `${year + 1}-01-01`
  }

  function sortVersions() {
    const present = state.versions[state.at]
    state.versions.sort((one, other) => ((one.valid_from || '') < (other.valid_from || '') ? -1 : 1))
    state.at = state.versions.indexOf(present)
  }

  function preparePresets(words, changed) {
    const choice = $('#kasa-tariff-preset')
    $('<option value="">').text(words('preset.keep')).appendTo(choice)
    for (const name of Object.keys(KasaMonitor.TARIFF_PRESETS)) {
      $('<option>')
        .val(name)
        .text(words(`preset.${name}`))
        .appendTo(choice)
    }
    choice.on('change', () => {
      const rows = KasaMonitor.TARIFF_PRESETS[choice.val()]
      if (!rows) return
      state.tables.rows.show(rows)
      choice.val('')
      changed()
    })
  }

  function showVersion(words) {
    state.isShowing = true
    const choice = $('#kasa-tariff-version').empty()
    state.versions.forEach(({ valid_from }, index) => {
      const since = valid_from ? words('version.since', { date: valid_from }) : words('version.first')
      $('<option>').val(index).text(since).appendTo(choice)
    })
    choice.val(state.at)
    const version = state.versions[state.at]
    for (const name of TABLES) state.tables[name].show(version[name])
    for (const key of ['valid_from', ...AMOUNTS]) $(`#kasa-tariff-${key}`).val(version[key] || '')
    $('#kasa-tariff-service_per').val(version.service_per || 'month')
    $('#kasa-tariff-remove-version').prop('disabled', state.versions.length < 2)
    const hasMore = [...TABLES.slice(1), 'minimum_charge'].some((key) => String(version[key] || '') !== '')
    if (hasMore || state.special_days.rows().length > 0) $('#kasa-tariff-more').prop('open', true)
    state.isShowing = false
  }

  /** Takes what stands in the form into the version that it shows. */
  function keep() {
    if (state.isShowing) return
    const version = { rows: state.tables.rows.rows() }
    const value = (key) => String($(`#kasa-tariff-${key}`).val()).trim()
    if (value('valid_from') !== '') version.valid_from = value('valid_from')
    for (const key of AMOUNTS) if (value(key) !== '') version[key] = Number(value(key))
    if (version.service_charge) version.service_per = value('service_per')
    for (const name of TABLES.slice(1)) {
      const rows = state.tables[name].rows()
      if (rows.length > 0) version[name] = rows
    }
    state.versions[state.at] = version
  }

  /** Asks the runtime whether it would take the tariff; one question at a time, and never for each key that is pressed. */
  function checkLater(node) {
    let timer
    const say = (error) => $('#kasa-tariff-message').text(error ? error.message : '')
    const ask = () => {
      if (!document.contains($('#kasa-tariff-message')[0])) return
      const { valueOf } = KasaMonitor
      const keys = ['name', 'currency', 'time_zone', 'billing_day']
      const settings = Object.fromEntries(keys.map((key) => [key, valueOf(key)]))
      const lists = { versions: state.versions, special_days: state.special_days.rows() }
      $.ajax({
        url: 'kasa-monitor/tariffs/check',
        method: 'POST',
        contentType: 'application/json',
        data: JSON.stringify({ id: node.id, settings: { ...settings, ...lists } }),
      })
        .done(({ error }) => say(error))
        .fail(({ status, responseJSON }) => (status === 429 ? later() : say(responseJSON && responseJSON.error)))
    }
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(ask, CHECK_AFTER_MS)
    }
    return later
  }
})()

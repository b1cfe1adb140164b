// The dialog of kasa-retention: what the plan does, in words, and what the deployed one would do now.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  const UNITS = [
    ['GB', 1024 ** 3],
    ['MB', 1024 ** 2],
    ['kB', 1024],
  ]

  /** Called by `oneditprepare` of the node. */
  KasaMonitor.prepareRetention = async function (node) {
    const words = (key, values) => node._(`kasa-retention.${key}`, values)
    const list = $('#kasa-retention-tiers').data('tiers', node.tiers || node._def.defaults.tiers.value)
    KasaMonitor.showRelevantRows()
    $('#kasa-retention-dry-run').on('click', () => askDryRun(node, words))
    try {
      const tables = await $.getJSON('kasa-monitor/retention/tables')
      $('#node-input-time_zone').attr('placeholder', words('empty.time_zone', tables))
      const body = () => ({ id: node.id, settings: settingsOf(node) })
      const changed = KasaMonitor.askLater('retention/check', body, (answer) => showPlan(answer, words))
      KasaMonitor.prepareTiers(list, list.data('tiers'), { tables, words, changed })
      list.addClass('kasa-retention-shown')
      $('.kasa-retention').on('change', ':input', changed)
    } catch {
      say($('#kasa-retention-plan'), words('plan.failed'), true)
    }
  }

  /** Called by `oneditsave` of the node. Where Node-RED has not answered, they stay as they are. */
  KasaMonitor.retentionTiers = function () {
    const list = $('#kasa-retention-tiers')
    return list.hasClass('kasa-retention-shown') ? KasaMonitor.tiersIn(list) : list.data('tiers')
  }

  /** What stands in the dialog; which database is no matter of the plan. */
  function settingsOf(node) {
    const keys = Object.keys(node._def.defaults).filter((key) => !['name', 'database', 'tiers'].includes(key))
    const entries = keys.map((key) => [key, $(`#node-input-${key}`).val()])
    return { ...Object.fromEntries(entries), tiers: KasaMonitor.retentionTiers() }
  }

  function showPlan({ plan, error }, words) {
    const place = $('#kasa-retention-plan')
    if (!plan) return say(place, error ? error.message : words('plan.failed'), true)
    const { raw, tiers, time_zone } = plan
    const sentences = [
      words('plan.raw', { life: lifeOf(raw.keep_days, words) }),
      ...tiers.map((tier) =>
        words('plan.tier', {
          bucket: counted('per', tier.unit, tier.count, words),
          life: lifeOf(tier.keep_days, words),
        }),
      ),
    ]
    const total = tiers.reduce((sum, { bytes }) => sum + bytes, raw.bytes)
    const parts = [{ name: words('plan.rawName'), bytes: raw.bytes }, ...tiers]
    const sizes = parts.map(({ name, bytes }) => `${name} ${sizeOf(bytes)}`).join(', ')
    say(place, `${sentences.join(', ')}.`)
    place.append($('<div>').text(words('plan.size', { total: sizeOf(total), sizes })))
    if (tiers.length > 0) place.append($('<div>').text(words('plan.timeZone', { time_zone })))
  }

  function lifeOf(days, words) {
    if (days === 0) return words('plan.life.ever')
    return days % 365 === 0 ? counted('life', 'year', days / 365, words) : counted('life', 'day', days, words)
  }

  /** a day, 7 days */
  function counted(what, unit, number, words) {
    return words(`plan.${what}.${number === 1 ? 'one' : 'many'}.${unit}`, { number })
  }

  function sizeOf(bytes) {
    const [unit, size] = UNITS.find(([, least]) => bytes >= least) || ['B', 1]
    const number = bytes / size
    return `${number < 10 ? Math.round(number * 10) / 10 : Math.round(number)} ${unit}`
  }

  /** What is deployed answers, not what stands in the dialog. */
  function askDryRun(node, words) {
    const button = $('#kasa-retention-dry-run')
    const place = $('#kasa-retention-answer')
    if (button.prop('disabled')) return
    button.prop('disabled', true)
    say(place, words('dryRun.running'))
    KasaMonitor.ask('retention/dry-run', { id: node.id }, ({ report, error }) => {
      button.prop('disabled', false)
      if (report) showReport(place, report, words)
      else say(place, error ? error.message : words('dryRun.failed'), true)
    })
  }

  function showReport(place, { tiers, findings }, words) {
    const line = (cell, texts) => $('<tr>').append(texts.map((text) => $(cell).text(text)))
    const table = $('<table class="kasa-retention-report">')
    table.append(
      line(
        '<th>',
        ['tier', 'rolledUp', 'expired', 'bytes', 'heldBack'].map((key) => words(`dryRun.${key}`)),
      ),
    )
    for (const { name, rolled_up, rolled_again, expired, held_back } of tiers) {
      const bytes = expired.bytes === undefined ? '' : sizeOf(expired.bytes)
      table.append(line('<td>', [name, rolled_up + rolled_again, expired.rows, bytes, held_back]))
    }
    place
      .removeClass('kasa-retention-error')
      .empty()
      .append($('<p>').text(words('dryRun.deployed')), table)
    for (const text of findings) place.append($('<div class="kasa-retention-findings">').text(text))
  }

  function say(place, text, failed = false) {
    place.toggleClass('kasa-retention-error', failed).empty().append($('<div>').text(text))
  }
})()

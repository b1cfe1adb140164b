// The dialog of kasa-database: tests what it says, and creates what is missing there.
// What a server says about itself is foreign text: it goes through `.text()` alone.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  const CREDENTIALS = ['username', 'password', 'token']
  /** What the answer that is shown belongs to. */
  let asked

  /** Called by `oneditprepare` of the node. */
  KasaMonitor.prepareDatabase = function (node) {
    const words = (key, values) => node._(`kasa-database.check.${key}`, values)
    fillWhatIsNew(node)
    $('#kasa-database-check').on('click', () => ask(node, 'check', words))
    $('#kasa-database-create').on('click', () => ask(node, 'create', words))
    asked = undefined
    $('.kasa-database input, .kasa-database select').on('change', () => {
      // The editor tells of changes that are none.
      if (JSON.stringify(requestOf(node)) === asked) return
      say('')
      $('#kasa-database-create').hide()
    })
  }

  /** A node that an older version has saved knows nothing of some settings, not even their defaults. */
  function fillWhatIsNew(node) {
    for (const [key, { value }] of Object.entries(node._def.defaults)) {
      if (node[key] === undefined) $(`#node-config-input-${key}`).val(value)
    }
  }

  /** Nothing is sent before this: it runs when a person presses a button. */
  function ask(node, what, words) {
    const buttons = $('#kasa-database-check, #kasa-database-create')
    if (buttons.prop('disabled')) return
    buttons.prop('disabled', true)
    $('#kasa-database-create').hide()
    $('.kasa-database .input-error').removeClass('input-error')
    say(words('running'))
    asked = JSON.stringify(requestOf(node))
    $.ajax({
      url: `kasa-monitor/databases/${what}`,
      method: 'POST',
      contentType: 'application/json',
      data: asked,
    })
      .done((answer) => show(answer, words))
      .fail((failure) => show(failure.responseJSON || {}, words, failure.status))
      .always(() => buttons.prop('disabled', false))
  }

  function requestOf(node) {
    const settings = {}
    const credentials = {}
    for (const key of Object.keys(node._def.defaults)) settings[key] = valueOf(key)
    for (const key of CREDENTIALS) credentials[key] = valueOf(key)
    return { id: node.id, settings, credentials }
  }

  function valueOf(key) {
    const value = $(`#node-config-input-${key}`).val()
    return value === undefined || value === null ? '' : String(value).trim()
  }

  function show({ examination, error }, words, status) {
    if (examination) return showExamination(examination, words)
    if (error && error.field) $(`#node-config-input-${error.field}`).addClass('input-error')
    say(error ? error.message : words(status === 401 ? 'forbidden' : 'failed'), true)
  }

  function showExamination({ name, place, found, reachable, may_write, code, advice }, words) {
    const lines = []
    if (reachable && name) lines.push(words('name', { name }))
    if (found !== undefined) lines.push(words(found ? 'found' : 'missing', { place }))
    if (may_write) lines.push(words('writable'))
    const mayHelp = code === undefined || code === 'DATABASE_MISSING'
    $('#kasa-database-create').toggle(found === false && mayHelp && valueOf('kind') !== 'sqlite')
    say(
      [lines.join(' '), ...advice.map((text) => `${text}.`.replace(/[.]+$/, '.'))].filter(Boolean).join('\n'),
      !may_write,
    )
  }

  function say(text, failed = false) {
    $('#kasa-database-message').toggleClass('kasa-database-error', failed).text(text)
  }
})()

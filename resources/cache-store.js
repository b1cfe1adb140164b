// The dialog of kasa-cache-store: what matters only with Redis, and the test of Redis.
// What a server says about itself is foreign text: it goes through `.text()` alone.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  const CREDENTIALS = ['username', 'password']
  /** What the answer that is shown belongs to. */
  let asked

  /** Called by `oneditprepare` of the node. */
  KasaMonitor.prepareCacheStore = function (node) {
    const words = (key, values) => node._(`kasa-cache-store.check.${key}`, values)
    const url = $('#node-config-input-redis_url').attr('placeholder', 'redis://localhost:6379')
    const showRedis = () => $('#kasa-cache-store-redis').toggle(valueOf('redis_url') !== '')
    url.on('input change', showRedis)
    showRedis()
    asked = undefined
    $('#kasa-cache-store-check').on('click', () => ask(node, words))
    $('.kasa-cache-store input, .kasa-cache-store select').on('change', () => {
      // The editor tells of changes that are none.
      if (JSON.stringify(requestOf(node)) !== asked) say('')
    })
  }

  /** Nothing is sent before this: it runs when a person presses the button. */
  function ask(node, words) {
    const button = $('#kasa-cache-store-check')
    if (button.prop('disabled')) return
    button.prop('disabled', true)
    $('.kasa-cache-store .input-error').removeClass('input-error')
    say(words('running'))
    asked = JSON.stringify(requestOf(node))
    $.ajax({ url: 'kasa-monitor/caches/check', method: 'POST', contentType: 'application/json', data: asked })
      .done(({ examination }) => show(examination, words))
      .fail((failure) => showFailure(failure, words))
      .always(() => button.prop('disabled', false))
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

  function show({ name, latency_ms, tells_changes, advice }, words) {
    const lines = []
    if (name) lines.push(words('answers', { name, latency_ms }))
    if (tells_changes) lines.push(words('invalidations'))
    say([...lines, ...advice].join(' '), !tells_changes)
  }

  function showFailure({ responseJSON, status }, words) {
    const error = responseJSON && responseJSON.error
    if (error && error.field) $(`#node-config-input-${error.field}`).addClass('input-error')
    say(error ? error.message : words(status === 401 ? 'forbidden' : 'failed'), true)
  }

  function say(text, failed = false) {
    $('#kasa-cache-store-message').toggleClass('kasa-cache-store-error', failed).text(text)
  }
})()

// The dialog of kasa-cache-store: what matters only with Redis, and the test of Redis.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})

  /** Called by `oneditprepare` of the node. */
  KasaMonitor.prepareCacheStore = function (node) {
    KasaMonitor.fillWhatIsNew(node)
    const url = $('#node-config-input-redis_url').attr('placeholder', 'redis://localhost:6379')
    const showRedis = () => $('#kasa-cache-store-redis').toggle(KasaMonitor.valueOf('redis_url') !== '')
    url.on('input change', showRedis)
    showRedis()
    const button = $('#kasa-cache-store-check')
    const questions = KasaMonitor.prepareQuestions(node, button)
    button.on('click', () => questions.ask('kasa-monitor/caches/check', (examination) => show(examination, questions)))
  }

  function show({ name, latency_ms, tells_changes, advice }, { say, words }) {
    const lines = []
    if (name) lines.push(words('answers', { name, latency_ms }))
    if (tells_changes) lines.push(words('invalidations'))
    say([...lines, ...advice].join(' '), !tells_changes)
  }
})()

// The dialog of kasa-database: tests what it says, and creates what is missing there.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})

  /** Called by `oneditprepare` of the node. */
  KasaMonitor.prepareDatabase = function (node) {
    KasaMonitor.fillWhatIsNew(node)
    const buttons = $('#kasa-database-check, #kasa-database-create')
    const questions = KasaMonitor.prepareQuestions(node, buttons, () => $('#kasa-database-create').hide())
    for (const what of ['check', 'create']) {
      const ask = () => questions.ask(`kasa-monitor/databases/${what}`, (examination) => show(examination, questions))
      $(`#kasa-database-${what}`).on('click', ask)
    }
  }

  function show({ name, place, found, reachable, may_write, code, advice }, { say, words }) {
    const lines = []
    if (reachable && name) lines.push(words('name', { name }))
    if (found !== undefined) lines.push(words(found ? 'found' : 'missing', { place }))
    if (may_write) lines.push(words('writable'))
    const mayHelp = code === undefined || code === 'DATABASE_MISSING'
    $('#kasa-database-create').toggle(found === false && mayHelp && KasaMonitor.valueOf('kind') !== 'sqlite')
    say(
      [lines.join(' '), ...advice.map((text) => `${text}.`.replace(/[.]+$/, '.'))].filter(Boolean).join('\n'),
      !may_write,
    )
  }
})()

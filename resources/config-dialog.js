// What the dialogs of config nodes share that ask a server about what stands in them.
// What a server says about itself is foreign text: it goes through `.text()` alone.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})

  /** A node that an older version has saved knows nothing of some settings, not even their defaults. */
  KasaMonitor.fillWhatIsNew = function (node) {
    for (const [key, { value, type }] of Object.entries(node._def.defaults)) {
      // Where no config node is chosen, the editor has its own word for that.
      if (node[key] === undefined && type === undefined) $(`#node-config-input-${key}`).val(value)
    }
  }

  /** What stands in the field of a setting; nothing where no config node is chosen. */
  KasaMonitor.valueOf = function (key) {
    const value = $(`#node-config-input-${key}`).val()
    return value === undefined || value === null || value === '_ADD_' ? '' : String(value).trim()
  }

  /**
   * Prepares what buttons ask; nothing is sent before one is pressed. `forget` takes away what an answer has brought to light,
   * because the settings are no longer those that it was about.
   */
  KasaMonitor.prepareQuestions = function (node, buttons, forget = () => {}) {
    const { type } = node
    const words = (key, values) => node._(`${type}.check.${key}`, values)
    const say = (text, failed = false) => $(`#${type}-message`).toggleClass(`${type}-error`, failed).text(text)
    let asked
    $(`.${type} input, .${type} select`).on('change', () => {
      // The editor tells of changes that are none.
      if (JSON.stringify(requestOf(node)) === asked) return
      say('')
      forget()
    })
    const showError = (error, status) => {
      if (error && error.field) $(`#node-config-input-${error.field}`).addClass('input-error')
      say(error ? error.message : words(status === 401 ? 'forbidden' : 'failed'), true)
    }
    const ask = (url, show) => {
      if (buttons.prop('disabled')) return
      buttons.prop('disabled', true)
      forget()
      $(`.${type} .input-error`).removeClass('input-error')
      say(words('running'))
      asked = JSON.stringify(requestOf(node))
      $.ajax({ url, method: 'POST', contentType: 'application/json', data: asked })
        .done(({ examination, error }) => (examination ? show(examination) : showError(error)))
        .fail(({ responseJSON, status }) => showError(responseJSON && responseJSON.error, status))
        .always(() => buttons.prop('disabled', false))
    }
    return { ask, say, words }
  }

  function requestOf(node) {
    const valuesOf = (keys) => Object.fromEntries(Object.keys(keys).map((key) => [key, KasaMonitor.valueOf(key)]))
    return { id: node.id, settings: valuesOf(node._def.defaults), credentials: valuesOf(node._def.credentials) }
  }
})()

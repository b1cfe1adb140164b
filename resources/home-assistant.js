// The dialog of kasa-homeassistant: rows that matter only for some choices, and when a value is worth a message.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})

  /** For a node that is new: chooses the config node of a kind where there is only one. */
  KasaMonitor.chooseOnly = function (node, keys) {
    for (const key of keys) {
      const found = []
      RED.nodes.eachConfig((config) => void (config.type === node._def.defaults[key].type && found.push(config)))
      if (found.length === 1 && !found[0].d) node[key] = found[0].id
    }
  }

  /** Called by `oneditprepare` of the node. */
  KasaMonitor.prepareHomeAssistant = function (node) {
    KasaMonitor.showRelevantRows()
    const list = $('#kasa-homeassistant-rates')
    const isOpen = () => document.contains(list[0])
    $.getJSON('kasa-monitor/homeassistant/rates')
      .done(({ rates }) => isOpen() && prepareRates(list, node, rates))
      .fail(() => list.text(node._('kasa-homeassistant.rate.failed')))
  }

  /** Called by `oneditsave` of the node. Where Node-RED has not answered, they stay as they are. */
  KasaMonitor.stateRates = function (node) {
    const list = $('#kasa-homeassistant-rates')
    if (!list.data('isListed')) return node.rates
    return list.editableList('items').toArray().map(rateOf)
  }

  function rateOf(row) {
    const number = (name) => Number($(row).find(`[name=${name}]`).val())
    return { key: $(row).find('[name=key]').val(), deadband: number('deadband'), every_s: number('every_s') }
  }

  function prepareRates(list, node, defaults) {
    const words = (key) => node._(`kasa-homeassistant.rate.${key}`)
    list.editableList({
      addButton: words('add'),
      height: 'auto',
      removable: true,
      addItem: (container, _index, rate) => addRate(container, rate, defaults, words),
    })
    for (const rate of node.rates || []) list.editableList('addItem', { ...rate })
    list.data('isListed', true)
  }

  function addRate(container, rate, defaults, words) {
    const key = $('<select name="key">').attr('aria-label', words('key'))
    for (const name of Object.keys(defaults)) $('<option>').val(name).text(name).appendTo(key)
    const number = (name) =>
      $(`<input type="number" name="${name}" min="0" step="any">`).attr('aria-label', words(name))
    const [deadband, every_s] = [number('deadband'), number('every_s')]
    const fill = (values) => {
      deadband.val(values.deadband)
      every_s.val(values.every_s)
    }
    key.val(rate.key || Object.keys(defaults)[0])
    fill(rate.key ? rate : defaults[key.val()])
    key.on('change', () => fill(defaults[key.val()]))
    const word = (name) => $('<span>').text(words(name))
    $('<div class="kasa-homeassistant-rate">')
      .append(key, word('deadband'), deadband, word('every_s'), every_s, $('<span>').text('s'))
      .appendTo(container)
  }
})()

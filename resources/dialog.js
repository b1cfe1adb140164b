// What dialogs share: rows that matter only for some choices, questions to Node-RED, and the fleet's devices.
// What a device says about itself is foreign text: it goes through `.text()` and `.val()` alone.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  const ASK_AFTER_MS = 300

  /** Shows a row only while the setting that it depends on has one of its values. */
  KasaMonitor.showRelevantRows = function (isConfigNode = false) {
    const form = isConfigNode ? '#node-config-dialog-edit-form' : '#dialog-form'
    const prefix = isConfigNode ? 'node-config-input' : 'node-input'
    $(`${form} [data-when]`).each((_index, row) => {
      const setting = $(`#${prefix}-${$(row).data('when')}`)
      const values = String($(row).data('is')).split(' ')
      const show = () => $(row).toggle(values.includes(chosenIn(setting)))
      setting.on('change', show)
      show()
    })
  }

  /** The id of the config node that is chosen for a setting; blank: none. */
  KasaMonitor.chosen = (setting) => chosenIn($(`#node-input-${setting}`))

  /** The editor's list of config nodes has a value of its own for none. */
  function chosenIn(setting) {
    const value = setting.val()
    return value === '_ADD_' ? '' : value || ''
  }

  /** Asks Node-RED a question with a JSON body; a refusal answers with its error as well. */
  KasaMonitor.ask = function (path, body, answered) {
    return $.ajax({
      url: `kasa-monitor/${path}`,
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(body),
    })
      .done((answer) => answered(answer, 200))
      .fail(({ status, responseJSON }) => answered(responseJSON || {}, status))
  }

  /**
   * What to call whenever something is typed that a question is about: it is asked a little later, one at a time, and never for
   * each key that is pressed.
   */
  KasaMonitor.askLater = function (path, bodyOf, answered) {
    const isBusy = 429
    let timer
    const ask = () =>
      KasaMonitor.ask(path, bodyOf(), (answer, status) => (status === isBusy ? later() : answered(answer)))
    const later = () => {
      clearTimeout(timer)
      timer = setTimeout(ask, ASK_AFTER_MS)
    }
    return later
  }

  /** Offers the fleet's devices while a person types an id or a name. */
  KasaMonitor.suggestDevices = function (input) {
    const list = $('<datalist>')
      .attr('id', `${input.attr('id')}-devices`)
      .insertAfter(input)
    input.attr({ list: list.attr('id'), autocomplete: 'off' })
    whenFleetIsKnown((devices) => {
      list.empty()
      for (const device of devices) $('<option>').val(device.device_id).text(titleOf(device)).appendTo(list)
    })
  }

  /** A list of the fleet's devices to tick. Chosen ones that the fleet does not have now stay in it. */
  KasaMonitor.tickDevices = function (container, chosen, emptyText) {
    const ticked = new Set(chosen)
    whenFleetIsKnown((devices) => {
      container.empty()
      const known = new Set(devices.map(({ device_id }) => device_id))
      const missing = [...ticked].filter((id) => !known.has(id)).map((id) => ({ device_id: id, alias: id }))
      for (const device of [...devices, ...missing]) container.append(tickLine(device, ticked))
      if (container.is(':empty')) container.append($('<li>').append($('<label>').text(emptyText)))
    })
    return { chosen: () => [...ticked] }
  }

  function tickLine(device, ticked) {
    const { device_id } = device
    const tick = $('<input type="checkbox">')
      .prop('checked', ticked.has(device_id))
      .on('change', (event) => (event.target.checked ? ticked.add(device_id) : ticked.delete(device_id)))
    return $('<li>').append(
      $('<label>')
        .attr('title', device_id)
        .append(tick, $('<span>').text(titleOf(device))),
    )
  }

  function titleOf({ alias, model, parent_id }) {
    const title = [alias, model].filter(Boolean).join(' · ')
    return parent_id ? `↳ ${title}` : title
  }

  function whenFleetIsKnown(use) {
    const fleet = $('#node-input-fleet')
    let asked = 0
    const ask = () => {
      const turn = ++asked
      devicesOf(fleet.val()).then((devices) => turn === asked && use(devices))
    }
    fleet.on('change', ask)
    ask()
  }

  /** Those of the running fleet, outlets included, and those that its dialog knows. */
  async function devicesOf(fleetId) {
    const node = RED.nodes.node(fleetId)
    if (!node) return []
    const typed = (node.hosts || []).filter(({ device_id }) => device_id)
    const running = await runningDevices(fleetId)
    const known = new Set(running.map(({ device_id }) => device_id))
    return [...running, ...typed.filter(({ device_id }) => !known.has(device_id))]
  }

  async function runningDevices(fleetId) {
    try {
      return (await $.getJSON(`kasa-monitor/fleets/${encodeURIComponent(fleetId)}/devices`)).devices
    } catch {
      return [] // not deployed yet
    }
  }
})()

// The dialog of kasa-api: its keys, and where the API will be. A key is a credential of the node, by its slot.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  const MOST_KEYS = 8
  const RIGHTS = ['read', 'command']
  /** What Node-RED takes for a password that stays as it is. */
  const UNCHANGED = '__PWRD__'
  const KEY_BYTES = 24

  KasaMonitor.prepareApi = function (node) {
    KasaMonitor.showRelevantRows()
    const words = (key, values) => node._(`kasa-api.${key}`, values)
    const known = new Map((node.keys || []).map((row) => [row.slot, row]))
    for (let slot = 1; slot <= MOST_KEYS; slot++) addRow(node, slot, known.get(slot), words)
    $('#kasa-api-add-key').on('click', () => {
      const free = $('.kasa-api-key:hidden').first()
      free.show().find('.kasa-api-key-name').trigger('focus')
      showWhetherFull()
    })
    $('#node-input-path').on('input change', () => showAddress(words))
    $('#node-input-origins').attr('placeholder', words('empty.origins'))
    showAddress(words)
    showWhetherFull()
  }

  /** What the dialog says of the keys; the keys themselves are credentials. */
  KasaMonitor.apiKeys = function () {
    return $('.kasa-api-key')
      .map((_index, element) => {
        const row = $(element)
        const name = String(row.find('.kasa-api-key-name').val()).trim()
        return name === '' ? [] : [{ slot: row.data('slot'), name, right: row.find('select').val() }]
      })
      .get()
  }

  /** Every slot has its field, shown or not: one that were not there would keep its password. */
  function addRow(node, slot, known, words) {
    const name = $('<input type="text" class="kasa-api-key-name">')
      .attr({ placeholder: words('key.name'), 'aria-label': words('key.name') })
      .val(known ? known.name : '')
    const right = $('<select>').attr('aria-label', words('key.right'))
    for (const each of RIGHTS)
      $('<option>')
        .val(each)
        .text(words(`key.${each}`))
        .appendTo(right)
    right.val(known ? known.right : 'read')
    const secret = $(`<input type="password" id="node-input-key_${slot}" autocomplete="new-password">`)
      .attr({ placeholder: words('key.secret'), 'aria-label': words('key.secret') })
      .val(known ? secretOf(node, slot) : '')
    const make = button('refresh', words('key.make')).on('click', () => secret.attr('type', 'text').val(newKey()))
    const row = $('<div class="kasa-api-key">').data('slot', slot)
    const remove = button('times', words('key.remove')).on('click', () => {
      name.val('')
      secret.attr('type', 'password').val('')
      row.hide()
      showWhetherFull()
    })
    row
      .append(name, right, secret, make, remove)
      .toggle(known !== undefined)
      .appendTo('#kasa-api-keys')
  }

  function secretOf(node, slot) {
    const credentials = node.credentials || {}
    return credentials[`key_${slot}`] || (credentials[`has_key_${slot}`] ? UNCHANGED : '')
  }

  function button(icon, title) {
    return $('<button type="button" class="red-ui-button">')
      .attr({ title, 'aria-label': title })
      .append($(`<i class="fa fa-${icon}">`))
  }

  /** Nobody has to make one up; it can be seen, and copied, until the dialog is closed. */
  function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(KEY_BYTES))
    return btoa(String.fromCharCode(...bytes))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
  }

  function showWhetherFull() {
    $('#kasa-api-add-key').prop('disabled', $('.kasa-api-key:hidden').length === 0)
  }

  function showAddress(words) {
    const root = String(RED.settings.httpNodeRoot || '/').replace(/\/$/, '')
    const path = String($('#node-input-path').val() || '').trim()
    const url = `${location.origin}${root}${path}/openapi.json`
    $('#kasa-api-address').text(words('note.address', { url }))
  }
})()

// The dialog of kasa-fleet: its pages, its list of hosts, and the search for devices.
// What a device says about itself is foreign text: it goes through `.text()` and `.val()` alone.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})
  const ROW_KEYS = ['host', 'port', 'device_id', 'mac', 'integration', 'alias', 'model', 'login']
  const PAGES = ['devices', 'login', 'polling', 'timeouts']

  /** Called by `oneditprepare` of the node. */
  KasaMonitor.prepareFleet = function (node) {
    const words = (key, values) => node._(`kasa-fleet.${key}`, values)
    preparePages(words)
    prepareTargets(words)
    prepareHosts(node.hosts || [], words)
    prepareLogins()
    $('#kasa-fleet-find').on('click', () => find(node, words))
    $('#kasa-fleet-find-all').on('click', () => $('#kasa-fleet-findings input:enabled:not(:checked)').trigger('click'))
  }

  /** Called by `oneditsave` of the node. */
  KasaMonitor.fleetHosts = function () {
    const rows = $('#kasa-fleet-hosts').editableList('items').toArray()
    return rows.map((row) => rowOf($(row))).filter((row) => row.host !== '')
  }

  function preparePages(words) {
    const show = (tab) => {
      $('#kasa-fleet-pages').children().hide()
      $(`#${tab.id}`).show()
    }
    const tabs = RED.tabs.create({ id: 'kasa-fleet-tabs', onchange: show })
    for (const page of PAGES) tabs.addTab({ id: `kasa-fleet-${page}`, label: words(`page.${page}`) })
    setTimeout(() => tabs.resize(), 0)
  }

  function prepareTargets(words) {
    const targets = $('#node-config-input-targets')
    const isLan = targets.val().trim().toLowerCase() === 'lan'
    const showNote = () => $('#kasa-fleet-lan-note').toggle(targets.typedInput('type') === 'lan')
    targets.typedInput({
      types: [
        { value: 'addresses', label: words('find.addresses'), icon: 'fa fa-crosshairs' },
        { value: 'lan', label: words('find.lan'), icon: 'fa fa-wifi', hasValue: false },
      ],
    })
    targets.typedInput('type', isLan ? 'lan' : 'addresses')
    if (isLan) targets.typedInput('value', 'lan')
    targets.on('change', (_event, type) => {
      if (type === 'lan' && targets.val() !== 'lan') targets.val('lan')
      if (type === 'addresses' && targets.val() === 'lan') targets.typedInput('value', '')
      showNote()
    })
    showNote()
  }

  function prepareHosts(hosts, words) {
    const list = $('#kasa-fleet-hosts')
    list.editableList({
      addButton: words('hosts.add'),
      height: 'auto',
      removable: true,
      addItem: (container, _index, row) => addHost(container, row, words),
      removeItem: (row) => tickFinding(row, false),
    })
    for (const row of hosts) list.editableList('addItem', { ...row })
  }

  /** The choice of an account stands beside each host once there is more than one. */
  function prepareLogins() {
    const others = $(['username_2', 'hash_2', 'username_3', 'hash_3'].map((key) => `#node-config-input-${key}`).join())
    const isFilled = () => others.toArray().some((input) => $(input).val() !== '')
    const show = () => $('#kasa-fleet-hosts').toggleClass('kasa-fleet-one-login', !isFilled())
    $('#kasa-fleet-more-logins').prop('open', isFilled())
    others.on('input change', show)
    show()
  }

  function loginChoice(row, words) {
    const choice = $('<select class="kasa-fleet-login-choice">').attr('aria-label', words('hosts.login'))
    for (const login of [1, 2, 3]) $('<option>').val(login).text(words('hosts.account', { login })).appendTo(choice)
    return choice.val(row.login || 1)
  }

  function addHost(container, row, words) {
    const address = $('<input type="text" class="kasa-fleet-address">')
      .attr({ placeholder: words('hosts.host'), 'aria-label': words('hosts.host') })
      .val(row.host || '')
    const port = $('<input type="number" class="kasa-fleet-port" min="1" max="65535" step="1">')
      .attr({ placeholder: words('hosts.port'), 'aria-label': words('hosts.port') })
      .val(row.port || '')
    const known = $('<span>')
      .text(describe(row))
      .attr('title', row.device_id || row.mac || '')
    // Another address typed by hand is another device.
    address.on('change', () => {
      for (const key of ['device_id', 'mac', 'integration', 'alias', 'model']) delete row[key]
      known.text('')
    })
    $('<div class="kasa-fleet-host">').append(address, port, loginChoice(row, words), known).appendTo(container)
    container.data('data', row)
  }

  function describe({ alias, model }) {
    return [alias, model].filter(Boolean).join(' · ')
  }

  function rowOf(container) {
    const kept = container.data('data')
    const port = Number(container.find('.kasa-fleet-port').val())
    const login = Number(container.find('.kasa-fleet-login-choice').val())
    const host = container.find('.kasa-fleet-address').val().trim()
    const row = { ...kept, host, port: port || undefined, login: login > 1 ? login : undefined }
    return Object.fromEntries(ROW_KEYS.filter((key) => row[key]).map((key) => [key, row[key]]))
  }

  /** Nothing is sent before this: it runs when a person presses the button. */
  function find(node, words) {
    const button = $('#kasa-fleet-find')
    if (button.prop('disabled')) return
    const request = requestOf(node)
    if (request.targets === '') return say(words('find.noTarget'), true)
    button.prop('disabled', true)
    $('#kasa-fleet-findings').empty()
    $('#kasa-fleet-find-all').hide()
    say(words('find.running'))
    $.ajax({
      url: 'kasa-monitor/discover',
      method: 'POST',
      contentType: 'application/json',
      data: JSON.stringify(request),
    })
      .done((answer) => showFindings(answer.findings, words))
      .fail((failure) => say(reasonOf(failure, words), true))
      .always(() => button.prop('disabled', false))
  }

  function requestOf(node) {
    const value = (key) => $(`#node-config-input-${key}`).val()
    const number = (key) => (value(key) === '' ? undefined : Number(value(key)))
    return {
      id: node.id,
      targets: value('targets').trim(),
      port: number('port'),
      discovery_s: number('discovery_s'),
    }
  }

  function reasonOf(failure, words) {
    const error = failure.responseJSON && failure.responseJSON.error
    if (error && error.field) $(`#node-config-input-${error.field}`).addClass('input-error')
    if (error) return error.message
    return words(failure.status === 401 ? 'find.forbidden' : 'find.failed')
  }

  function say(text, failed = false) {
    $('#kasa-fleet-message').toggleClass('kasa-fleet-error', failed).text(text)
  }

  function showFindings(findings, words) {
    const supported = findings.filter((finding) => finding.supported)
    const others = findings.filter((finding) => !finding.supported)
    $('#node-config-input-targets').removeClass('input-error')
    say(words('find.found', { devices: supported.length, others: others.length }))
    $('#kasa-fleet-find-all').toggle(supported.length > 1)
    const list = $('#kasa-fleet-findings')
    for (const finding of supported) list.append($('<li>').append(supportedLine(finding, words)))
    for (const finding of others) list.append($('<li>').append(unsupportedLine(finding, words)))
  }

  function supportedLine(finding, words) {
    const { device } = finding
    const state = device.on === undefined ? '' : words(device.on ? 'find.on' : 'find.off')
    const tick = $('<input type="checkbox">')
      .data('finding', finding)
      .prop('checked', Boolean(hostRowFor(finding)))
      .on('change', (event) => (event.target.checked ? addFinding(finding) : removeFinding(finding)))
    const cells = [device.alias || device.model, device.model, device.host].map((text) =>
      $('<span>').text(text).attr('title', text),
    )
    cells.slice(1).forEach((cell) => cell.addClass('kasa-fleet-facts'))
    return $('<label>').append(tick, cells, $('<span>').text(state))
  }

  function unsupportedLine(finding, words) {
    const tick = $('<input type="checkbox" disabled>').attr('aria-label', words('find.unsupported'))
    const cells = [finding.host, finding.reason].map((text) => $('<span>').text(text))
    return $('<label class="kasa-fleet-unsupported">').append(tick, cells)
  }

  function hostRowFor({ device }) {
    const rows = $('#kasa-fleet-hosts').editableList('items').toArray()
    return rows.find((row) => isSame(rowOf($(row)), device))
  }

  /** By the id where both have one, else by the MAC, else by the address. */
  function isSame(row, device) {
    for (const key of ['device_id', 'mac']) if (row[key] && device[key]) return row[key] === device[key]
    return row.host === device.host
  }

  function addFinding(finding) {
    if (hostRowFor(finding)) return
    const { host, device_id, mac, integration, alias, model } = finding.device
    $('#kasa-fleet-hosts').editableList('addItem', { host, device_id, mac, integration, alias, model })
  }

  function removeFinding(finding) {
    const row = hostRowFor(finding)
    if (row) $('#kasa-fleet-hosts').editableList('removeItem', $(row).data('data'))
  }

  function tickFinding(row, ticked) {
    $('#kasa-fleet-findings input').each((_index, input) => {
      const finding = $(input).data('finding')
      if (finding && isSame(row, finding.device)) $(input).prop('checked', ticked)
    })
  }
})()

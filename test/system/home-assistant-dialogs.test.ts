import assert from 'node:assert/strict'
import { it } from 'mocha'
import { screenshot } from '../support/browser'
import { describeDialog, useEditor, type EditorSession } from '../support/editor-session'
import { startMosquitto, whyNoMosquitto } from '../support/mosquitto'

const PATIENCE_MS = 60_000
const OWN = ['url', 'username', 'password', 'tls', 'verify_certificate']
const ANNOUNCED = ['discovery_prefix', 'entity_ids', 'merge_native', 'settle_ms']

describeDialog('The dialogs of Home Assistant', (version) => {
  let nodeRed: EditorSession['nodeRed']
  let browser: EditorSession['browser']
  let editor: EditorSession['editor']

  const core = {
    ...{ id: 'core', type: 'mqtt-broker', name: 'At home', broker: '127.0.0.1', port: '9', autoConnect: true },
    ...{ usetls: false, protocolVersion: '4', keepalive: '60', cleansession: true },
  }
  const flow = [
    core,
    { id: 'fleet', type: 'kasa-fleet', name: 'All plugs', hosts: [], targets: '' },
    { id: 'tariff', type: 'kasa-tariff', name: 'Mine', currency: 'EUR' },
  ]
  useEditor(
    version,
    { type: 'kasa-homeassistant', flow: () => flow },
    (session) => ({ nodeRed, browser, editor } = session),
  )

  const shown = (prefix: string, rows: readonly string[]) =>
    Promise.all(rows.map((row) => editor.page.locator(`#${prefix}-${row}`).isVisible()))
  const check = async () => {
    await editor.page.click('#kasa-mqtt-check')
    await editor.page.locator('#kasa-mqtt-check:enabled').waitFor()
    return editor.page.locator('#kasa-mqtt-message').innerText()
  }
  let id = ''

  it('choose the only fleet, and the broker that Node-RED knows already', async function () {
    this.timeout(PATIENCE_MS)
    id = await editor.drag('kasa-homeassistant', { x: 300, y: 100 })
    assert.deepEqual([await editor.valueOf(id, 'fleet'), await editor.valueOf(id, 'broker')], ['fleet', ''])
    await editor.open(id)
    await editor.addConfig('broker')
    assert.equal(await editor.page.locator('#node-config-input-mqtt_broker').inputValue(), 'core')
    assert.deepEqual(new Set(await shown('node-config-input', OWN)), new Set([false]))
    assert.match(await check(), /^mqtt:\/\/127\.0\.0\.1:9: no broker listens there$/)
    assert.deepEqual(await editor.untranslated(), [])
    await screenshot(editor.page, `${version.title}-mqtt-borrowed`)
  })

  it('show the fields of a broker that is not borrowed', async function () {
    this.timeout(PATIENCE_MS)
    await editor.page.selectOption('#node-config-input-mqtt_broker', '_ADD_')
    assert.deepEqual(new Set(await shown('node-config-input', OWN)), new Set([true]))
    assert.match(await check(), /^url: /)
    await editor.page.locator('#node-config-input-url.input-error').waitFor()
    await screenshot(editor.page, `${version.title}-mqtt-own`)
    assert.deepEqual(await editor.untranslated(), [])
  })

  const missing = whyNoMosquitto()
  if (missing !== undefined) it.skip(`say what a real broker can: not run: ${missing}`)
  else {
    it('say what a real broker can, before any deploy', async function () {
      this.timeout(PATIENCE_MS)
      const mosquitto = await startMosquitto()
      try {
        await editor.fill('node-config-input-url', mosquitto.url)
        assert.match(await check(), /^mqtt:\S+ answers in [\d.]+ ms and speaks MQTT 5\. It keeps retained messages\.$/)
      } finally {
        await mosquitto.stop()
      }
    })
  }

  it('keep what was chosen', async function () {
    this.timeout(PATIENCE_MS)
    await editor.fill('node-config-input-url', 'mqtt://127.0.0.1:9')
    await editor.doneConfig()
    const broker = await editor.page.locator('#node-input-broker').inputValue()
    assert.deepEqual(await shown('node-input', ['discovery_prefix', 'silence_min']), [true, true])
    await editor.page.selectOption('#node-input-alerts', 'no')
    assert.deepEqual(await shown('node-input', ['silence_min', 'price', 'currency']), [false, true, true])
    await editor.page.selectOption('#node-input-tariff', 'tariff')
    assert.deepEqual(await shown('node-input', ['price', 'currency']), [false, false])
    await editor.done()
    assert.deepEqual(await editor.faultsOf(id), [])
    assert.equal(await editor.valueOf(id, 'broker'), broker)
    assert.equal(await editor.valueOf(id, 'tariff'), 'tariff')
    assert.equal(await editor.valueOf(broker, 'mqtt_broker'), '')
    assert.equal(await editor.valueOf(broker, 'url'), 'mqtt://127.0.0.1:9')
  })

  it('have a list of when values are worth a message, with what holds by default', async function () {
    this.timeout(PATIENCE_MS)
    await editor.open(id)
    for (const summary of await editor.page.locator('.kasa-homeassistant summary').all()) await summary.click()
    await editor.page.locator('.kasa-homeassistant .red-ui-editableList-addButton').click()
    const row = editor.page.locator('.kasa-homeassistant-rate').first()
    await row.locator('[name=key]').selectOption('voltage_v')
    assert.equal(await row.locator('[name=deadband]').inputValue(), '0.5')
    await row.locator('[name=every_s]').fill('120')
    await editor.page.selectOption('#node-input-discovery', 'off')
    assert.deepEqual(new Set(await shown('node-input', ANNOUNCED)), new Set([false]))
    await editor.page.selectOption('#node-input-discovery', 'single')
    assert.deepEqual(new Set(await shown('node-input', ANNOUNCED)), new Set([true]))
    await screenshot(editor.page, `${version.title}-home-assistant-rates`)
    assert.deepEqual(await editor.untranslated(), [])
    await editor.done()
    assert.deepEqual(await editor.valueOf(id, 'rates'), [{ key: 'voltage_v', deadband: 0.5, every_s: 120 }])
  })

  it('deploy what they have made, and the status says how the broker is', async function () {
    this.timeout(PATIENCE_MS)
    await editor.deploy()
    await editor.status('kasa-homeassistant', /^broker away: no answer$/)
    assert.deepEqual(
      browser.problems.filter((problem) => !/status of 400/.test(problem)),
      [],
    )
    assert.deepEqual(nodeRed.faults, [])
  })
})

// The dialog of kasa-mqtt: the fields that matter only where nothing is borrowed, and the test of the broker.
;(function () {
  'use strict'
  const KasaMonitor = (window.KasaMonitor = window.KasaMonitor || {})

  /** Called by `oneditprepare` of the node. */
  KasaMonitor.prepareMqtt = function (node) {
    KasaMonitor.fillWhatIsNew(node)
    const broker = $('#node-config-input-mqtt_broker')
    if (!RED.nodes.node(node.id)) chooseFirst(broker)
    const url = $('#node-config-input-url').attr('placeholder', 'mqtt://localhost:1883')
    $('#node-config-input-client_id').attr('placeholder', node._('kasa-mqtt.empty.client_id'))
    const show = () => {
      const isOwn = KasaMonitor.valueOf('mqtt_broker') === ''
      $('#kasa-mqtt-own, #kasa-mqtt-own-advanced').toggle(isOwn)
      $('#kasa-mqtt-certificate').toggle(KasaMonitor.valueOf('tls') === '')
    }
    $('#node-config-input-mqtt_broker, #node-config-input-tls').on('change', show)
    url.on('input', show)
    show()
    const button = $('#kasa-mqtt-check')
    const questions = KasaMonitor.prepareQuestions(node, button)
    button.on('click', () => questions.ask('kasa-monitor/brokers/check', (examination) => tell(examination, questions)))
  }

  /** Whoever has a broker in Node-RED already need not type it again. */
  function chooseFirst(broker) {
    const [first] = broker
      .find('option')
      .toArray()
      .filter(({ value }) => value !== '_ADD_')
    if (first) broker.val(first.value)
  }

  function tell({ name, version, latency_ms, keeps_retained, advice }, { say, words }) {
    const lines = []
    if (version) lines.push(words('answers', { name, version, latency_ms }))
    if (keeps_retained) lines.push(words('retains'))
    say([...lines, ...advice].join(' '), advice.length > 0)
  }
})()

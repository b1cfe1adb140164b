// Node-RED as the demo runs it: on loopback alone, and telling nobody of it.
const { readFileSync } = require('node:fs')
const { join } = require('node:path')

// However the script that started this ends, this ends with it.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'))

module.exports = {
  uiHost: '127.0.0.1',
  flowFile: 'flows.json',
  flowFilePretty: true,
  credentialSecret: readFileSync(join(process.env.KASA_MONITOR_DEMO, 'credential-secret'), 'utf8'),
  telemetry: { enabled: false, updateNotification: false },
  // The palette manager would fetch its catalogue. Node-RED finds beside itself what the benches compare us with.
  externalModules: {
    palette: { allowInstall: false, denyList: ['node-red-contrib-cache', 'node-red-contrib-influxdb'] },
    modules: { allowInstall: false },
  },
  editorTheme: {
    tours: false,
    projects: {},
    page: { title: 'Kasa Monitor demo' },
    header: { title: 'Kasa Monitor demo' },
  },
  logging: { console: { level: 'warn' } },
}

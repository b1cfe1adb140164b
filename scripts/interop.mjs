#!/usr/bin/env node
// `npm run test:interop`: python-kasa and tapo, which know these devices from elsewhere, and we on the same simulated devices.
// They are installed from PyPI into .cache/ and run as they are.
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { built, runNode } from './lib/npm.mjs'
import { installPackages } from './lib/python-packages.mjs'

const VERSIONS = { 'python-kasa': '0.12.0', tapo: '0.12.0' }
const HOST = '127.93.0.1'
const HTTP_PORT = 80
const PORT_FOR_EVERYBODY = 20_080
const TESTS = 'dist/test/interop/*.interop.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { python, reason } = await find()
if (reason) {
  console.log(`The check with python-kasa and tapo was not run: ${reason}.`)
  // Where every change is checked, it must not fall away unseen.
  process.exitCode = process.env.CI ? 1 : 0
} else {
  process.exitCode = (await check()) ? 0 : 1
}

async function check() {
  if (!(await built(root))) return false
  const environment = { ...process.env, TZ: 'UTC', KASA_MONITOR_PYTHON: python }
  if (await listens(HOST, HTTP_PORT)) {
    console.log(`Simulated devices serve HTTP on port ${HTTP_PORT}.`)
  } else {
    console.log(
      `Port ${HTTP_PORT} is not ours to open (root's, or in use): simulated devices serve HTTP on ${PORT_FOR_EVERYBODY}.`,
    )
    environment.KASA_MONITOR_HTTP_PORT = String(PORT_FOR_EVERYBODY)
  }
  return runNode(root, ['node_modules/mocha/bin/mocha.js', '--spec', TESTS], { env: environment })
}

/** The Python that has them, or the reason why it cannot be done. */
async function find() {
  if (!(await listens(HOST, 0))) return { reason: `this system has no address ${HOST}` }
  return installPackages(join(root, '.cache', 'interop'), VERSIONS)
}

function listens(host, port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port }, () => server.close(() => resolve(true)))
  })
}

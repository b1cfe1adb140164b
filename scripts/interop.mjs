#!/usr/bin/env node
// `npm run test:interop`: python-kasa and tapo, which know these devices from elsewhere, and we on the same simulated devices.
// They are installed from PyPI into .cache/ and run as they are.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode } from './lib/npm.mjs'

const VERSIONS = { 'python-kasa': '0.12.0', tapo: '0.12.0' }
const HOST = '127.93.0.1'
const HTTP_PORT = 80
const PORT_FOR_EVERYBODY = 20_080
const INSTALL_MS = 90_000
const TESTS = 'dist/test/interop/*.interop.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}==${version}`)
const cache = join(root, '.cache', 'interop')
const python = join(cache, 'bin', 'python')

const reason = (await noAddresses()) ?? install()
if (reason) {
  console.log(`The check with python-kasa and tapo was not run: ${reason}.`)
  // Where every change is checked, it must not fall away unseen.
  process.exitCode = process.env.CI ? 1 : 0
} else {
  process.exitCode = (await check()) ? 0 : 1
}

async function check() {
  if (!(await runNode(root, ['scripts/build.mjs']))) return false
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

async function noAddresses() {
  return (await listens(HOST, 0)) ? undefined : `this system has no address ${HOST}`
}

/** Makes the virtual environment, unless it is there already; the reason why it cannot. */
function install() {
  if (isInstalled()) return undefined
  if (!succeeds('python3', ['-c', 'import ensurepip, venv'])) return 'python3 with its module venv is not installed'
  rmSync(cache, { recursive: true, force: true })
  if (!succeeds('python3', ['-m', 'venv', cache])) return 'python3 cannot make a virtual environment'
  const options = ['--quiet', '--disable-pip-version-check', '--no-input']
  const installed = spawnSync(python, ['-m', 'pip', 'install', ...options, ...packages], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: INSTALL_MS,
  })
  return installed.status === 0
    ? undefined
    : `pip cannot install ${packages.join(' and ')} (no network, or an older Python)`
}

function isInstalled() {
  const found = Object.keys(VERSIONS).map((name) => `version("${name}")`)
  const expected = Object.values(VERSIONS).map((version) => `"${version}"`)
  return succeeds(python, ['-c', `from importlib.metadata import version; assert [${found}] == [${expected}]`])
}

function succeeds(file, words) {
  return spawnSync(file, words, { stdio: 'ignore', timeout: INSTALL_MS }).status === 0
}

function listens(host, port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ host, port }, () => server.close(() => resolve(true)))
  })
}

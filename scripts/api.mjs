#!/usr/bin/env node
// `npm run test:api`: schemathesis asks the API of a real Node-RED thousands of times for whatever its description allows, and for
// what it does not; openapi-spec-validator reads that description. Both are installed from PyPI into .cache/. About 5 minutes.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode } from './lib/npm.mjs'

const VERSIONS = { schemathesis: '4.32.5', 'openapi-spec-validator': '0.9.0' }
const INSTALL_MS = 120_000
const TESTS = 'dist/test/serving-real/*.serving.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}==${version}`)
const cache = join(root, '.cache', 'api')
const python = join(cache, 'bin', 'python')

const reason = install()
if (reason) {
  console.log(`The check with schemathesis was not run: ${reason}.`)
  // Where every change is checked, it must not fall away unseen.
  process.exitCode = process.env.CI ? 1 : 0
} else {
  const built = await runNode(root, ['scripts/build.mjs'])
  const env = { ...process.env, TZ: 'UTC', KASA_MONITOR_PYTHON: python }
  const succeeded = built && (await runNode(root, ['node_modules/mocha/bin/mocha.js', '--spec', TESTS], { env }))
  process.exitCode = succeeded ? 0 : 1
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
  if (installed.status === 0) return undefined
  return `pip cannot install ${packages.join(' and ')} (no network, or an older Python)`
}

function isInstalled() {
  const found = Object.keys(VERSIONS).map((name) => `version("${name}")`)
  const expected = Object.values(VERSIONS).map((version) => `"${version}"`)
  return succeeds(python, ['-c', `from importlib.metadata import version; assert [${found}] == [${expected}]`])
}

function succeeds(file, words) {
  return spawnSync(file, words, { stdio: 'ignore', timeout: INSTALL_MS }).status === 0
}

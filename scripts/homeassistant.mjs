#!/usr/bin/env node
// `npm run test:homeassistant`: a real Home Assistant with a real Mosquitto, and we with simulated devices.
// The newest release that the newest Python here takes is installed from PyPI into .cache/, and runs as it is.
// HOME_ASSISTANT_PYTHON names another Python. To renew the release, remove .cache/homeassistant.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode } from './lib/npm.mjs'

const OLDEST_PYTHON = [3, 12]
const COMMANDS = ['python3.14', 'python3.13', 'python3.12', 'python3']
/** Some packages have to be compiled. */
const INSTALL_MS = 15 * 60_000
const LOOK_MS = 20_000
const PIP = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']
const TESTS = 'dist/test/homeassistant-real/*.homeassistant.js'
const SERVERS = { mosquitto: ['/usr/sbin/mosquitto'], Chromium: chromiums() }

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const needed = join(root, 'test', 'homeassistant-real', 'needed.py')

const { python, reason } = find()
if (reason) {
  console.log(`The check with Home Assistant was not run: ${reason}.`)
  // Where every change is checked, it must not fall away unseen.
  process.exitCode = process.env.CI ? 1 : 0
} else {
  const built = await runNode(root, ['scripts/build.mjs'])
  const env = { ...process.env, TZ: 'UTC', KASA_MONITOR_HOME_ASSISTANT: python }
  const succeeded = built && (await runNode(root, ['node_modules/mocha/bin/mocha.js', '--spec', TESTS], { env }))
  process.exitCode = succeeded ? 0 : 1
}

/** The Python of the virtual environment, or the reason why there is none. */
function find() {
  const missing = Object.entries(SERVERS).find(([, files]) => !files.some((file) => existsSync(file)))
  if (missing) return { reason: `${missing[0]} is not installed` }
  const base = newestPython()
  if (!base) return { reason: `no Python ${OLDEST_PYTHON.join('.')} or newer is installed` }
  const folder = join(root, '.cache', 'homeassistant', `python-${base.version.join('.')}`)
  const reason = isInstalled(folder) ? undefined : install(base.file, folder)
  if (reason) return { reason }
  console.log(`Home Assistant ${readFileSync(stampOf(folder), 'utf8')} with Python ${base.version.join('.')}`)
  return { python: pythonOf(folder) }
}

function newestPython() {
  const given = process.env.HOME_ASSISTANT_PYTHON
  const found = (given ? [given] : [...COMMANDS, ...pyenvPythons()]).flatMap((file) => {
    const version = versionOf(file)
    return version && compare(version, OLDEST_PYTHON) >= 0 ? [{ file, version }] : []
  })
  return found.sort((one, other) => compare(other.version, one.version))[0]
}

function pyenvPythons() {
  const versions = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions')
  return existsSync(versions) ? readdirSync(versions).map((name) => join(versions, name, 'bin', 'python3')) : []
}

/** Of one that can make virtual environments. */
function versionOf(file) {
  const look = 'import ensurepip, venv, platform; print(platform.python_version())'
  const { status, stdout } = spawnSync(file, ['-c', look], { encoding: 'utf8', timeout: LOOK_MS })
  return status === 0 ? stdout.trim().split('.').map(Number) : undefined
}

function compare(one, other) {
  const index = other.findIndex((part, place) => part !== one[place])
  return index < 0 ? 0 : one[index] - other[index]
}

function isInstalled(folder) {
  return existsSync(stampOf(folder)) && spawnSync(pythonOf(folder), ['-c', ''], { timeout: LOOK_MS }).status === 0
}

/** The reason why it cannot. */
function install(base, folder) {
  console.log('Installing Home Assistant, which takes some minutes once.')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(dirname(folder), { recursive: true })
  const python = pythonOf(folder)
  const isMade = pip(base, ['-m', 'venv', folder]) && pip(python, [...PIP, 'homeassistant', 'time-machine==3.*'])
  if (!isMade) return 'pip cannot install homeassistant (no network, or no compiler)'
  const script = `import homeassistant; print(homeassistant.__path__[0])`
  const constraints = join(printed(python, ['-c', script]), 'package_constraints.txt')
  const requirements = printed(python, [needed]).split('\n')
  if (!pip(python, [...PIP, '-c', constraints, ...requirements])) return 'pip cannot install what its integrations need'
  writeFileSync(stampOf(folder), printed(python, ['-c', 'from homeassistant.const import __version__ as v; print(v)']))
  return undefined
}

function pip(file, words) {
  return spawnSync(file, words, { stdio: ['ignore', 'inherit', 'inherit'], timeout: INSTALL_MS }).status === 0
}

function printed(file, words) {
  return spawnSync(file, words, { encoding: 'utf8', timeout: LOOK_MS }).stdout.trim()
}

function pythonOf(folder) {
  return join(folder, 'bin', 'python')
}

function stampOf(folder) {
  return join(folder, 'version')
}

function chromiums() {
  return [process.env.CHROMIUM_PATH ?? '', '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
}

// Packages of PyPI in a virtual environment of their own, below .cache/.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'

const INSTALL_MS = 120_000

/**
 * Makes the virtual environment, unless it is there already.
 * @param {Readonly<Record<string, string>>} versions by package
 * @returns {{ python: string, reason?: string }} its Python; the reason why it cannot be made
 */
export function installPackages(folder, versions) {
  const python = join(folder, 'bin', 'python')
  if (isInstalled(python, versions)) return { python }
  if (!succeeds('python3', ['-c', 'import ensurepip, venv'])) {
    return { python, reason: 'python3 with its module venv is not installed' }
  }
  rmSync(folder, { recursive: true, force: true })
  if (!succeeds('python3', ['-m', 'venv', folder])) {
    return { python, reason: 'python3 cannot make a virtual environment' }
  }
  const packages = Object.entries(versions).map(([name, version]) => `${name}==${version}`)
  const options = ['--quiet', '--disable-pip-version-check', '--no-input']
  const installed = spawnSync(python, ['-m', 'pip', 'install', ...options, ...packages], {
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: INSTALL_MS,
  })
  if (installed.status === 0) return { python }
  return { python, reason: `pip cannot install ${packages.join(' and ')} (no network, or an older Python)` }
}

function isInstalled(python, versions) {
  const found = Object.keys(versions).map((name) => `version("${name}")`)
  const expected = Object.values(versions).map((version) => `"${version}"`)
  return succeeds(python, ['-c', `from importlib.metadata import version; assert [${found}] == [${expected}]`])
}

function succeeds(file, words) {
  return spawnSync(file, words, { stdio: 'ignore', timeout: INSTALL_MS }).status === 0
}

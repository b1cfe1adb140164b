// npm as the scripts use it: the npm that runs them, without install scripts, and only when the lock file has changed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--no-update-notifier']

/** Runs npm and returns whether it succeeded. No package of ours needs its install script. */
export function npm(directory, ...words) {
  const options = { cwd: directory, stdio: ['ignore', 'inherit', 'inherit'] }
  const npmFile = process.env.npm_execpath
  const ran = npmFile?.endsWith('.js')
    ? spawnSync(process.execPath, [npmFile, ...words, ...QUIET], options)
    : spawnSync('npm', [...words, ...QUIET], { ...options, shell: process.platform === 'win32' })
  return ran.status === 0
}

/** Installs what the folder's lock file says, unless that is there already. */
export function installLocked(directory) {
  const stamp = join(directory, 'node_modules', '.installed-lock')
  const wanted = lockOf(directory)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true
  if (!npm(directory, 'ci')) return false
  writeFileSync(stamp, wanted)
  return true
}

// Prebuilt binaries differ by platform, so a copied folder is installed anew.
function lockOf(directory) {
  const lock = readFileSync(join(directory, 'package-lock.json'))
  return [createHash('sha256').update(lock).digest('hex'), process.platform, process.arch].join(' ')
}

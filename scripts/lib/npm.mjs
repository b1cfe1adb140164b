// npm as the scripts use it: the npm that runs them, without install scripts, and only when the lock file has changed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const QUIET = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--no-update-notifier']

/** Runs a script with this Node.js. Resolves with whether it succeeded; a signal of `options` ends it. */
export function runNode(directory, words, options = {}) {
  return run(process.execPath, words, { cwd: directory, ...options })
}

/** No package of ours needs its install script. */
export function npm(directory, words, options = {}) {
  const file = process.env.npm_execpath
  if (file?.endsWith('.js')) return runNode(directory, [file, ...words, ...QUIET], options)
  return run('npm', [...words, ...QUIET], { cwd: directory, shell: process.platform === 'win32', ...options })
}

/** Runs a program; resolves with whether it succeeded. */
export function run(file, words, options) {
  return new Promise((resolve) => {
    const child = spawn(file, words, { stdio: ['ignore', 'inherit', 'inherit'], ...options })
    child.once('error', () => resolve(false))
    child.once('exit', (code) => resolve(code === 0))
  })
}

/**
 * Runs a program, and keeps what it prints for whoever has to look into a failure.
 * @param {{ apart?: boolean }} options apart: beside others; what it prints comes in one piece when it has ended
 * @returns {Promise<{ succeeded: boolean, printed: string }>}
 */
export function runKept(file, words, { apart = false, ...options }) {
  return new Promise((resolve) => {
    const child = spawn(file, words, { stdio: ['ignore', 'pipe', 'pipe'], ...options })
    const pieces = []
    const end = (succeeded) => {
      const printed = Buffer.concat(pieces)
      if (apart) process.stdout.write(printed)
      resolve({ succeeded, printed: printed.toString('utf8') })
    }
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes) => {
        pieces.push(bytes)
        if (!apart) process.stdout.write(bytes)
      })
    }
    child.once('error', () => end(false))
    child.once('close', (code) => end(code === 0))
  })
}

/** Installs what the folder's lock file says, unless that is there already. */
export async function installLocked(directory, options = {}) {
  const stamp = join(directory, 'node_modules', '.installed-lock')
  const wanted = lockOf(directory)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true
  if (!(await npm(directory, ['ci'], options))) return false
  writeFileSync(stamp, wanted)
  return true
}

// Prebuilt binaries differ by platform, so a copied folder is installed anew.
function lockOf(directory) {
  const lock = readFileSync(join(directory, 'package-lock.json'))
  return [createHash('sha256').update(lock).digest('hex'), process.platform, process.arch].join(' ')
}

/** Builds, unless whoever calls has just done it. */
export async function built(directory) {
  return process.env.KASA_MONITOR_BUILT !== undefined || runNode(directory, ['scripts/build.mjs'])
}

#!/usr/bin/env node
// All that a change has to pass, in a fresh clone too. Further words go to mocha: `npm test -- --grep outlets`.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNode22 } from './lib/node-22.mjs'
import { installLocked } from './lib/npm.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const failures = []

step('install', () => installLocked(root))
stopIfFailed()
// Compiled tests of files that are gone would still run.
step('build', () => {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  return run(['scripts/build.mjs'])
})
stopIfFailed()
step('lint', () => run(['node_modules/eslint/bin/eslint.js', '.']))
step('format', () => run(['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']))
step('imports', () =>
  run([
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    'src',
    'nodes',
  ]),
)
step('tests', () => {
  const { path, reason } = findNode22(root)
  if (reason) console.log(`Node-RED 5 is not tested: ${reason}.`)
  return run(['node_modules/mocha/bin/mocha.js', ...process.argv.slice(2)], { KASA_MONITOR_NODE_22: path ?? '' })
})
stopIfFailed()

function step(name, action) {
  console.log(`\n> ${name}`)
  if (!action()) failures.push(name)
}

function run(words, environment = {}) {
  const options = { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...environment } }
  return spawnSync(process.execPath, words, options).status === 0
}

function stopIfFailed() {
  if (failures.length === 0) return
  console.error(`\nFailed: ${failures.join(', ')}`)
  process.exit(1)
}

#!/usr/bin/env node
// All that a change has to pass, in a fresh clone too. Further words go to mocha: `npm test -- --grep outlets`.
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNode22 } from './lib/node-22.mjs'
import { installLocked, runNode } from './lib/npm.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const failures = []

await step('install', () => installLocked(root))
stopIfFailed()
// Compiled tests of files that are gone would still run.
await step('build', () => {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  return runNode(root, ['scripts/build.mjs'])
})
stopIfFailed()
await step('lint', () => runNode(root, ['node_modules/eslint/bin/eslint.js', '.']))
await step('format', () =>
  runNode(root, ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']),
)
await step('imports', () =>
  runNode(root, [
    'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
    '--config',
    '.dependency-cruiser.cjs',
    'src',
    'nodes',
  ]),
)
await step('tests', async () => {
  const { path, reason } = await findNode22(root)
  if (reason) console.log(`Node-RED 5 is not tested: ${reason}.`)
  return runNode(root, ['node_modules/mocha/bin/mocha.js', ...process.argv.slice(2)], {
    env: { ...process.env, KASA_MONITOR_NODE_22: path ?? '' },
  })
})
stopIfFailed()

async function step(name, action) {
  console.log(`\n> ${name}`)
  if (!(await action())) failures.push(name)
}

function stopIfFailed() {
  if (failures.length === 0) return
  console.error(`\nFailed: ${failures.join(', ')}`)
  process.exit(1)
}

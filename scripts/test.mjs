#!/usr/bin/env node
// All that a change has to pass, in a fresh clone too. Further words go to mocha: `npm test -- --grep outlets`.
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNode22 } from './lib/node-22.mjs'
import { installLocked, runKept, runNode } from './lib/npm.mjs'

const MOCHA = 'node_modules/mocha/bin/mocha.js'
const ALL_TESTS = 'dist/test/**/*.test.js'
/** Those with processes of their own: browsers, servers, other Node-REDs. They wait more than they work. */
const SYSTEM_TESTS = 'dist/test/system/**/*.test.js'
/** Those of them that are about what is kept and told, most of them with servers that are killed. */
const OUTAGE_TESTS = 'dist/test/system/*/**/*.test.js'
/** Those that run nodes inside their own process. */
const NODE_TESTS = ['dist/test/nodes/**/*.test.js', 'dist/test/examples/**/*.test.js']

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const further = process.argv.slice(2)
const failures = []
/** What mocha says of tests that failed: shown last, wherever in the output it came. */
const reports = []

await step('install', () => installLocked(root))
stopIfFailed()
// For the tests of `npm start`, which say so where it is not there.
await installLocked(join(root, 'demo'))
// Each takes one core for as long as the other.
await Promise.all([lint(), buildAndCheck()])
stopIfFailed()

const node22 = await findNode22(root)
if (node22.reason) console.log(`\nNode-RED 5 is not tested: ${node22.reason}.`)
const options = { cwd: root, env: { ...process.env, KASA_MONITOR_NODE_22: node22.path ?? '' } }
// Tests that run nodes inside their own process need a run of their own for Node-RED 5, where this Node.js is too old.
const twice = node22.path && node22.path !== process.execPath && further.length === 0
const inNodeRed5 = ['--grep', 'in Node-RED 5']
const here = twice ? [...inNodeRed5, '--invert'] : further
if (further.length > 0) await step('tests', () => mocha(process.execPath, [ALL_TESTS, ...here]))
else await Promise.all([testParts(), testNodes(), testOutages(), testWhole()])
stopIfFailed()

function lint() {
  return step('lint', () => runNode(root, ['node_modules/eslint/bin/eslint.js', '.']))
}

async function buildAndCheck() {
  await step('build', () => {
    // Compiled tests of files that are gone would still run.
    rmSync(join(root, 'dist'), { recursive: true, force: true })
    return runNode(root, ['scripts/build.mjs'])
  })
  await step('format', () =>
    runNode(root, ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']),
  )
  await step('imports', () =>
    runNode(root, [
      'node_modules/dependency-cruiser/bin/dependency-cruise.mjs',
      ...['--config', '.dependency-cruiser.cjs', 'src', 'nodes'],
    ]),
  )
}

function testParts() {
  const others = [SYSTEM_TESTS, ...NODE_TESTS].flatMap((tests) => ['--ignore', tests])
  return step('tests of the parts', () => mocha(process.execPath, [ALL_TESTS, ...others, ...here]))
}

async function testNodes() {
  if (twice) {
    await step('tests in Node-RED 5', () => mocha(node22.path, [...inNodeRed5, ...NODE_TESTS], { apart: true }))
  }
  await step('tests of the nodes', () => mocha(process.execPath, [...NODE_TESTS, ...here], { apart: true }))
}

function testOutages() {
  return step('tests of outages', () => mocha(process.execPath, [OUTAGE_TESTS, ...here], { apart: true }))
}

function testWhole() {
  const words = [SYSTEM_TESTS, '--ignore', OUTAGE_TESTS, ...here]
  return step('tests of the whole', () => mocha(process.execPath, words, { apart: true }))
}

async function mocha(node, words, { apart = false } = {}) {
  const { succeeded, printed } = await runKept(node, [MOCHA, ...words], { ...options, apart })
  // Without mocha's own list: it has crashed, and its last words tell.
  if (!succeeded) reports.push(/^\S* +\d+ failing[^]*/m.exec(printed)?.[0] ?? printed.slice(-5000))
  return succeeded
}

async function step(name, action) {
  console.log(`\n> ${name}`)
  if (!(await action())) failures.push(name)
}

function stopIfFailed() {
  if (failures.length === 0) return
  for (const report of reports) console.error(`\n${report}`)
  console.error(`\nFailed: ${failures.join(', ')}`)
  process.exit(1)
}

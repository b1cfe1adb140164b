#!/usr/bin/env node
// All that a change has to pass, in a fresh clone too. Further words go to mocha: `npm test -- --grep outlets`.
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findNode22 } from './lib/node-22.mjs'
import { installLocked, runKept, runNode } from './lib/npm.mjs'

const MOCHA = 'node_modules/mocha/bin/mocha.js'
const ALL_TESTS = 'dist/test/**/*.test.js'
/** More at once, and tests with real clocks would wait for each other. */
const AT_ONCE = 4
/** Those with processes of their own: browsers, servers, other Node-REDs. They wait more than they work. */
const SYSTEM_TESTS = 'dist/test/system/**/*.test.js'
/** Those of them that are about what is kept and told, most of them with servers that are killed. */
const OUTAGE_TESTS = 'dist/test/system/*/**/*.test.js'
/** Those in a browser, with the editor. */
const EDITOR_TESTS = 'dist/test/system/editor.test.js'
const DIALOG_TESTS =
  'dist/test/system/**/{*dialog,*dialogs,alert-rules,database-kinds,find-devices,fleet-accounts}.test.js'
/** Those that run nodes inside their own process. */
const NODE_TESTS = ['dist/test/nodes/**/*.test.js', 'dist/test/examples/**/*.test.js']
/** About half of them: they wait more than they work. */
const NODES_A_TO_H = ['dist/test/nodes/kasa-[a-h]*/**/*.test.js']
/** Those of the parts that wait for devices, for servers, or for processes of their own. */
const WAITING_TESTS = 'dist/test/{cache,command-line,integrations,mqtt,polling}/**/*.test.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const further = process.argv.slice(2)
const failures = []
/** What mocha says of tests that failed: shown last, wherever in the output it came. */
const reports = []

await step('install', () => installLocked(root))
stopIfFailed()
// Lint and build take one core each for about as long; meanwhile comes what the tests need besides. The demo is for the tests of
// `npm start`, which say so where it is not there.
const [node22] = await Promise.all([findNode22(root), installLocked(join(root, 'demo')), lint(), buildAndCheck()])
stopIfFailed()

if (node22.reason) console.log(`\nNode-RED 5 is not tested: ${node22.reason}.`)
if (process.env.KILLS !== 'all' || process.env.NODE_REDS !== 'all') {
  console.log('\nKills are fewer, and what is not about Node-RED itself runs in the oldest one. All of it:')
  console.log('KILLS=all NODE_REDS=all npm test')
}
const options = { cwd: root, env: { ...process.env, KASA_MONITOR_NODE_22: node22.path ?? '' } }
// Tests that run nodes inside their own process need a run of their own for Node-RED 5, where this Node.js is too old.
const twice = node22.path && node22.path !== process.execPath && further.length === 0
const inNodeRed5 = ['--grep', 'in Node-RED 5']
const here = twice ? [...inNodeRed5, '--invert'] : further
if (further.length > 0) await step('tests', () => mocha(process.execPath, [ALL_TESTS, ...here]))
else await testAll()
stopIfFailed()

/** Some at once, the longest first: whichever ends makes room for the next one. */
async function testAll() {
  const tests = [
    test('outages', [OUTAGE_TESTS], [DIALOG_TESTS]),
    test('the parts', [ALL_TESTS], [SYSTEM_TESTS, WAITING_TESTS, ...NODE_TESTS]),
    test('the whole', [SYSTEM_TESTS], [OUTAGE_TESTS, EDITOR_TESTS, DIALOG_TESTS]),
    test('what waits', [WAITING_TESTS]),
    test('nodes from I on', NODE_TESTS, NODES_A_TO_H),
    test('nodes to H', NODES_A_TO_H),
    test('the dialogs', [DIALOG_TESTS]),
    test('the editor', [EDITOR_TESTS]),
  ]
  if (twice) {
    tests.push(testInNodeRed5('nodes from I on', NODE_TESTS, NODES_A_TO_H))
    tests.push(testInNodeRed5('nodes to H', NODES_A_TO_H))
  }
  const run = async (_, track) => {
    for (let next = tests.shift(); next; next = tests.shift()) await next(track)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, run))
}

function test(title, files, others = []) {
  const words = [...wordsOf(files, others), ...here]
  return (track) => step(`tests of ${title}`, () => mocha(process.execPath, words, track))
}

function testInNodeRed5(title, files, others = []) {
  const words = [...wordsOf(files, others), ...inNodeRed5]
  return (track) => step(`tests of ${title} in Node-RED 5`, () => mocha(node22.path, words, track))
}

function wordsOf(files, others) {
  return [...files, ...others.flatMap((each) => ['--ignore', each])]
}

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

/** @param track which of those that run side by side; absent: it is alone, and watched */
async function mocha(node, words, track) {
  const apart = track !== undefined
  const env = { ...options.env, ...(apart && { TEST_TRACK: `${track}/${AT_ONCE}` }) }
  const { succeeded, printed } = await runKept(node, [MOCHA, ...words], { ...options, env, apart })
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

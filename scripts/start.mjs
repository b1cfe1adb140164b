#!/usr/bin/env node
// The demo, from a fresh clone: `npm start`. See USAGE for what can follow `--`.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { prepareDirectory, writeCredentials, writeFlow } from './lib/demo-directory.mjs'
import { demoFlow } from './lib/demo-flow.mjs'
import { runsNodeRed5 } from './lib/node-22.mjs'
import { installLocked, runNode } from './lib/npm.mjs'

const USAGE = `npm start -- [options]
  --lan          look for the devices of your network instead of simulated ones
  --port NUMBER  where Node-RED listens (default: 1880, or the next free port)
  --reset        start over: forget the flow, the readings and the settings of the demo
  --directory D  Node-RED's user directory (default: .demo, inside the project)`

const HOST = '127.0.0.1'
const FIRST_PORT = 1880
const PORTS_TO_TRY = 20
const READY_WITHIN_MS = 60_000
const END_WITHIN_MS = 6000
/** Simulated past of a first start: this long, a reading every so often. */
const PAST_H = 24
const PAST_STEP_S = 30
const PAST_PATIENCE_MS = 10_000

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const options = readOptions()
const directory = resolve(root, options.directory ?? '.demo', options.lan ? 'lan' : 'simulated')
const ending = new AbortController()
const whileRunning = { signal: ending.signal }
let household
let nodeRed

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0))

try {
  await main()
} catch (error) {
  if (!ending.signal.aborted) {
    console.error(`\n${error.message}`)
    await end(1)
  }
}

async function main() {
  step('Installing what the pack and the demo need')
  for (const folder of [root, join(root, 'demo')]) {
    if (!(await installLocked(folder, whileRunning))) throw new Error('npm could not install; see above.')
  }
  step('Building')
  if (!(await runNode(root, ['scripts/build.mjs'], whileRunning))) throw new Error('The build failed; see above.')

  if (options.reset) rmSync(directory, { recursive: true, force: true })
  const port = await choosePort()
  const devices = options.lan ? undefined : await startHousehold()
  prepareDirectory(directory, [root, join(root, 'demo', 'node_modules', '@flowfuse', 'node-red-dashboard')])
  const flow = demoFlow(root, devices)
  const written = writeFlow(directory, flow)
  if (household) {
    writeCredentials(directory, flow, household.account)
    await storePast()
  }
  step('Starting Node-RED')
  await startNodeRed(port)
  console.log(greeting(`http://${HOST}:${port}`, written))
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        lan: { type: 'boolean' },
        port: { type: 'string' },
        reset: { type: 'boolean' },
        directory: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
    if (values.port !== undefined && !(Number(values.port) >= 1 && Number(values.port) <= 65_535)) {
      throw new Error(`--port: '${values.port}' is not allowed; expected a number from 1 to 65535`)
    }
    if (values.help) {
      console.log(USAGE)
      process.exit(0)
    }
    return values
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`)
    process.exit(2)
  }
}

async function choosePort() {
  if (options.port !== undefined) {
    if (await isFree(Number(options.port))) return Number(options.port)
    throw new Error(`Port ${options.port} of ${HOST} is in use. Another one: npm start -- --port NUMBER`)
  }
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TO_TRY; port++) {
    if (await isFree(port)) return port
    console.log(`  port ${port} is in use`)
  }
  throw new Error(
    `Ports ${FIRST_PORT} to ${FIRST_PORT + PORTS_TO_TRY - 1} are in use. Another one: npm start -- --port NUMBER`,
  )
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, HOST, () => server.close(() => resolve(true)))
  })
}

/** Port 9999 is where Kasa devices are; beside another simulator any other one does as well. */
async function startHousehold() {
  const { household: make } = await import('../demo/household.mjs')
  for (const port of [9999, 0]) {
    household = make(join(root, 'dist'), { port })
    try {
      await household.start()
      return household.devices
    } catch (error) {
      await household.stop()
      if (port === 0) throw new Error(`The simulated devices cannot listen on loopback: ${error.message}`)
    }
  }
}

/** A first start has a day behind it, as a household would. */
async function storePast() {
  const file = join(directory, 'kasa-monitor.sqlite')
  if (existsSync(file)) return
  const require = createRequire(import.meta.url)
  const { createDatabase } = require('../dist/src/database/create-database.js')
  const { parseDatabaseSettings } = require('../dist/src/database/database-settings.js')
  const { systemClock } = require('../dist/src/domain/clock.js')
  const settings = parseDatabaseSettings({ kind: 'sqlite', file }, directory)
  const database = createDatabase({ settings, clock: systemClock, random: Math.random })
  await database.start()
  await database.write([...household.past(PAST_H, PAST_STEP_S)])
  // What is not in the file then is in the spool, and the flow brings it there.
  await database.settle(PAST_PATIENCE_MS)
  await database.stop()
}

async function startNodeRed(port) {
  const version = runsNodeRed5() ? 'node-red-5' : 'node-red'
  const words = [
    join(root, 'node_modules', version, 'red.js'),
    '-u',
    directory,
    '-s',
    join(root, 'demo', 'settings.js'),
  ]
  nodeRed = spawn(process.execPath, [...words, '-p', String(port)], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, KASA_MONITOR_DEMO: directory },
  })
  nodeRed.once('exit', (code) => {
    if (ending.signal.aborted) return
    console.error(`\nNode-RED ended by itself (${code}).`)
    void end(1)
  })
  await answers(`http://${HOST}:${port}/`)
  await answers(`http://${HOST}:${port}/dashboard/power`)
}

async function answers(url) {
  for (const limit = Date.now() + READY_WITHIN_MS; Date.now() < limit; await wait(200, null, whileRunning)) {
    const reply = await fetch(url).catch(() => undefined)
    if (reply?.ok) return
  }
  throw new Error(`${url} did not answer within ${READY_WITHIN_MS / 1000} s.`)
}

function greeting(url, written) {
  const lines = readFileSync(join(root, 'demo', options.lan ? 'greeting-lan.txt' : 'greeting.txt'), 'utf8')
  const kept = written ? '' : '\n  The flow is as you left it. To start over: npm start -- --reset\n'
  return lines.replaceAll('{url}', url) + kept
}

async function end(code) {
  if (ending.signal.aborted) return
  ending.abort()
  process.exitCode = code
  await Promise.all([household?.stop(), endNodeRed()])
  process.exit()
}

async function endNodeRed() {
  if (!nodeRed || nodeRed.exitCode !== null || nodeRed.signalCode !== null) return
  const ended = new Promise((resolve) => nodeRed.once('exit', resolve))
  nodeRed.kill('SIGTERM')
  const limit = setTimeout(() => nodeRed.kill('SIGKILL'), END_WITHIN_MS)
  await ended
  clearTimeout(limit)
}

function step(text) {
  console.log(`> ${text}`)
}

#!/usr/bin/env node
// `npm run load`, `npm run stress` and `npm run endurance`: builds, then a real Node-RED with simulated devices and clients, all
// on loopback. Reports lie in .cache/load. Options: `-- --seconds 300 --devices 100 --clients 20 --requests_per_s 100`.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const run = (...command) => spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' }).status ?? 1

process.exitCode = run('scripts/build.mjs') || run(join('dist', 'bench', 'load', 'main.js'), ...process.argv.slice(2))

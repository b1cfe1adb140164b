#!/usr/bin/env node
// `npm run bench -- NAME [options]`: builds, then measures one thing beside its peers. Without a name: the list.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const run = (...command) => spawnSync(process.execPath, command, { cwd: root, stdio: 'inherit' }).status ?? 1

process.exitCode = run('scripts/build.mjs') || run(join('dist', 'bench', 'main.js'), ...process.argv.slice(2))

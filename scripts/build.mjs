#!/usr/bin/env node
// Compiles the project and assembles the editor's files. `--output DIR` builds elsewhere (same depth as dist).
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { assembleNodes } from './lib/assemble.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { values } = parseArgs({ options: { output: { type: 'string', default: 'dist' } } })
const output = resolve(root, values.output)
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')
const compiled = spawnSync(
  process.execPath,
  [compiler, '-p', root, '--outDir', output, '--tsBuildInfoFile', join(output, '.tsbuildinfo')],
  { stdio: 'inherit' },
)
assembleNodes(root, output)
process.exitCode = compiled.status ?? 1

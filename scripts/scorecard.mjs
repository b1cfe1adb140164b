#!/usr/bin/env node
// Node-RED's own checks of a pack: `node-red-dev validate`, which exits with 0 whatever it finds.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { built, installLocked, npm, runNode } from './lib/npm.mjs'

const VERSION = '0.1.6'
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const tool = join(root, '.cache', 'scorecard')
const result = join(tool, 'scorecard.json')

const isThere = existsSync(join(tool, 'node_modules', 'node-red-dev'))
mkdirSync(tool, { recursive: true })
rmSync(result, { force: true })
const ready =
  (await installLocked(root)) &&
  (await built(root)) &&
  (isThere || (await npm(tool, ['install', '--no-save', '--prefix', tool, `node-red-dev@${VERSION}`])))
if (!ready) process.exit(1)

const catalogue = join(root, 'scripts', 'lib', 'scorecard-catalogue.cjs')
const words = ['-r', catalogue, join(tool, 'node_modules', 'node-red-dev', 'bin', 'run'), 'validate']
await runNode(tool, [...words, '-p', root, '-o', result])
const scorecard = existsSync(result) ? JSON.parse(readFileSync(result, 'utf8')) : {}
const checks = Object.entries(scorecard).filter(([, check]) => check.test !== undefined)
const failed = checks.filter(([, check]) => check.test === false)
console.log(`${checks.length} checks, ${failed.length} failed`)
for (const [id, check] of failed) console.log(id, JSON.stringify(check))
process.exitCode = checks.length === 0 || failed.length > 0 ? 1 : 0

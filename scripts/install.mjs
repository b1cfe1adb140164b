#!/usr/bin/env node
// What the lock file says. Build and tests do so themselves; this is for who has something else to do meanwhile.
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { installLocked } from './lib/npm.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
process.exitCode = (await installLocked(root)) ? 0 : 1

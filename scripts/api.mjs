#!/usr/bin/env node
// `npm run test:api`: schemathesis asks the API of a real Node-RED thousands of times for whatever its description allows, and for
// what it does not; openapi-spec-validator reads that description. Both are installed from PyPI into .cache/. About 5 minutes.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runNode } from './lib/npm.mjs'
import { installPackages } from './lib/python-packages.mjs'

const VERSIONS = { schemathesis: '4.32.5', 'openapi-spec-validator': '0.9.0' }
const TESTS = 'dist/test/serving-real/*.serving.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const { python, reason } = installPackages(join(root, '.cache', 'api'), VERSIONS)
if (reason) {
  console.log(`The check with schemathesis was not run: ${reason}.`)
  // Where every change is checked, it must not fall away unseen.
  process.exitCode = process.env.CI ? 1 : 0
} else {
  const built = await runNode(root, ['scripts/build.mjs'])
  const env = { ...process.env, TZ: 'UTC', KASA_MONITOR_PYTHON: python }
  const succeeded = built && (await runNode(root, ['node_modules/mocha/bin/mocha.js', '--spec', TESTS], { env }))
  process.exitCode = succeeded ? 0 : 1
}

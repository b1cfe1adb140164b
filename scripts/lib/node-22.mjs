// Node-RED 5 needs Node.js 22.9. Where this one is older, npm brings the binary.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { npm } from './npm.mjs'

const PACKAGES = new Set([
  'linux-x64',
  'linux-arm64',
  'linux-armv7l',
  'darwin-x64',
  'darwin-arm64',
  'win-x64',
  'win-arm64',
])

/** Whether this Node.js can run Node-RED 5. */
export function runsNodeRed5(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 9)
}

/** Path of a Node.js that runs Node-RED 5, or the reason why there is none. Downloads it once, into `.cache`. */
export async function findNode22(root) {
  if (runsNodeRed5()) return { path: process.execPath }
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch.replace(/^arm$/, 'armv7l')}`
  if (!PACKAGES.has(platform)) return { reason: `npm has no Node.js 22 for ${platform}` }
  const directory = join(root, '.cache', 'node-22')
  const binary = platform.startsWith('win-') ? 'bin/node.exe' : 'bin/node'
  const path = join(directory, 'node_modules', `node-${platform}`, binary)
  if (existsSync(path)) return { path }
  mkdirSync(directory, { recursive: true })
  await npm(directory, ['install', '--no-save', '--prefix', directory, `node-${platform}@22`])
  return existsSync(path)
    ? { path }
    : { reason: `node-${platform}@22 could not be installed; is the registry reachable?` }
}

// The demo's Node-RED user directory: made at the first start, kept afterwards.
import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Installs packs by links, as `npm install <folder>` does, and makes the secret that encrypts credentials. */
export function prepareDirectory(directory, packs) {
  mkdirSync(directory, { recursive: true })
  const dependencies = {}
  for (const folder of packs) {
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    const link = join(directory, 'node_modules', name)
    rmSync(link, { recursive: true, force: true })
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(folder, link, 'junction')
    dependencies[name] = `file:${folder}`
  }
  const manifest = { name: 'kasa-monitor-demo', version: '0.0.0', private: true, dependencies }
  writeFileSync(join(directory, 'package.json'), JSON.stringify(manifest, null, 2))
  const secret = join(directory, 'credential-secret')
  if (!existsSync(secret)) writeFileSync(secret, randomBytes(32).toString('hex'), { mode: 0o600 })
}

/** Writes the flow, unless a person has edited the one that is there. Returns whether it was written. */
export function writeFlow(directory, flow) {
  const file = join(directory, 'flows.json')
  const stamp = join(directory, 'flows.sha256')
  const untouched = existsSync(stamp) && existsSync(file) && hash(readFileSync(file)) === readFileSync(stamp, 'utf8')
  if (existsSync(file) && !untouched) return false
  const text = JSON.stringify(flow, null, 2)
  writeFileSync(file, text)
  writeFileSync(stamp, hash(text))
  return true
}

/** Gives the fleet the account of the simulated devices, where no credentials are yet: encrypted as Node-RED does it. */
export function writeCredentials(directory, flow, account) {
  const file = join(directory, 'flows_cred.json')
  if (existsSync(file)) return
  const fleets = flow.filter((node) => node.type === 'kasa-fleet').map(({ id }) => [id, account])
  const key = createHash('sha256')
    .update(readFileSync(join(directory, 'credential-secret'), 'utf8'))
    .digest()
  const start = randomBytes(16)
  const cipher = createCipheriv('aes-256-ctr', key, start)
  const encrypted = cipher.update(JSON.stringify(Object.fromEntries(fleets)), 'utf8', 'base64') + cipher.final('base64')
  writeFileSync(file, JSON.stringify({ $: start.toString('hex') + encrypted }), { mode: 0o600 })
}

function hash(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

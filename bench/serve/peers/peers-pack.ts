import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A pack with the peers, as Node-RED finds packs. */
export function writePeersPack(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const manifest = {
    ...{ name: 'bench-peers', version: '1.0.0', keywords: ['node-red'] },
    'node-red': { nodes: { 'bench-peers': 'bench-peers.js' } },
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'bench-peers.js'), `module.exports = require(${JSON.stringify(join(__dirname, 'peers'))})`)
  writeFileSync(join(folder, 'bench-peers.html'), '')
  return folder
}

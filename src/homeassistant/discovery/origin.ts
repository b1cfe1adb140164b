import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE_FILE = join(__dirname, '..', '..', '..', '..', 'package.json')
const PACKAGE = JSON.parse(readFileSync(PACKAGE_FILE, 'utf8')) as { version: string; bugs: { url: string } }

/** Who announces. */
export interface Origin {
  readonly name: string
  readonly sw_version: string
  readonly support_url: string
}

export const ORIGIN: Origin = {
  name: 'Kasa Monitor for Node-RED',
  sw_version: PACKAGE.version,
  support_url: PACKAGE.bugs.url,
}

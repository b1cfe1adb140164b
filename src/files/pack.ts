import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE_FILE = join(__dirname, '..', '..', '..', 'package.json')

/** Of this pack. */
export const VERSION = (JSON.parse(readFileSync(PACKAGE_FILE, 'utf8')) as { version: string }).version

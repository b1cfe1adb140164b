import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE_FILE = join(__dirname, '..', '..', '..', 'package.json')

/** What this pack says of itself. */
export const PACK = JSON.parse(readFileSync(PACKAGE_FILE, 'utf8')) as {
  readonly version: string
  readonly bugs: { readonly url: string }
}

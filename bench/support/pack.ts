import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

/** Compiled project, and the project's folder: this file runs as `<build>/bench/support/pack.js`. */
const BUILD = join(__dirname, '..', '..')
const PROJECT = join(BUILD, '..')

/** The pack as it was compiled here, to be found by a Node-RED. */
export function linkPack(folder: string): string {
  mkdirSync(folder, { recursive: true })
  symlinkSync(join(PROJECT, 'package.json'), join(folder, 'package.json'))
  symlinkSync(BUILD, join(folder, 'dist'), 'dir')
  return folder
}

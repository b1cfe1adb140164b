import { basename, dirname, isAbsolute, join } from 'node:path'
import type { Database } from '../../src/database/database'
import { invalid } from '../../src/domain/errors'
import type { Message } from '../shared/input'
import type { Summary } from './operations'

/**
 * Puts the backup that `msg.payload` names in the place of the database: its path as *Backup* told it, or its name.
 * `msg.payload` becomes the path under which the database is kept that was there. It is taken from the folder alone: a
 * message must not choose what file is read.
 */
export async function restore(database: Database, folder: string, message: Message): Promise<Summary> {
  const given = message.payload
  const name = typeof given === 'string' ? basename(given) : ''
  const isThere = typeof given === 'string' && (isAbsolute(given) ? dirname(given) === folder : name === given)
  if (!isThere || name === '' || name.includes('\0')) {
    throw invalid('INPUT_INVALID', 'payload', given, `the name of a backup in ${folder}`)
  }
  message.payload = await database.restore(join(folder, name))
  return `put back ${name}`
}

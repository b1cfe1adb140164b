import { reading } from '../../support/readings'
import { openDatabase, textOf, unlocked } from './stores'

// Writes readings and tells each one that was accepted, until it is killed: `storing-child TARGET FOLDER FIRST`.

/** They write at the same time, so that their readings share frames of the spool. */
const DEVICES = ['plug-1', 'plug-2', 'plug-3', 'plug-4']
const PAUSE_MS = 2

const pause = (duration_ms: number) => new Promise((resolve) => setTimeout(resolve, duration_ms))

async function main([target = '', folder = '', first = '']: string[]): Promise<void> {
  const database = openDatabase(target, folder)
  process.stdout.write('begins\n')
  await unlocked(database, () => process.stdout.write('locked\n'))
  const write = async (device_id: string): Promise<never> => {
    for (let timestamp = Number(first); ; timestamp++) {
      const given = reading({ device_id, timestamp, power_w: timestamp % 1000 })
      await database.write([given])
      process.stdout.write(`${textOf(given)}\n`)
      await pause(PAUSE_MS)
    }
  }
  await Promise.all(DEVICES.map(write))
}

void main(process.argv.slice(2))

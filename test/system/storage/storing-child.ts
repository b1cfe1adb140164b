import { reading } from '../../support/readings'
import { openDatabase, textOf } from './stores'

// Writes readings and tells each one that was accepted, until it is killed: `storing-child TARGET FOLDER FIRST`.

/** They write at the same time, so that their readings share frames of the spool. */
const DEVICES = ['plug-1', 'plug-2', 'plug-3', 'plug-4']
const PAUSE_MS = 2

async function main([target = '', folder = '', first = '']: string[]): Promise<void> {
  const database = openDatabase(target, folder)
  process.stdout.write('begins\n')
  await database.start()
  const write = async (device_id: string): Promise<never> => {
    for (let timestamp = Number(first); ; timestamp++) {
      const given = reading({ device_id, timestamp, power_w: timestamp % 1000 })
      await database.write([given])
      process.stdout.write(`${textOf(given)}\n`)
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
  await Promise.all(DEVICES.map(write))
}

void main(process.argv.slice(2))

import { readOptions } from '../support/options'
import { engineBench } from './engine/engine-bench'
import { messagesBench } from './messages/messages-bench'
import { pollsBench } from './poll-path/polls-bench'

/** Rules beside the polling of the devices that they watch, and beside Node-RED's own nodes. */
export async function alertsBench(args: string[]): Promise<void> {
  const options = readOptions(args, { rounds: 3, seconds: 1 })
  await engineBench(options)
  await pollsBench(options)
  await messagesBench(options)
}

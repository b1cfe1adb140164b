import { whyNoMosquitto } from '../../test/support/mosquitto'
import { readOptions } from '../support/options'
import { startBench } from './start/start-bench'
import { statesBench } from './states/states-bench'

/** Many devices at one broker. */
export async function homeAssistantBench(args: string[]): Promise<void> {
  const missing = whyNoMosquitto()
  if (missing !== undefined) throw new Error(missing)
  const options = readOptions(args, { rounds: 3, seconds: 5 })
  await statesBench(options)
  await startBench()
}

import { alertsBench } from './alerts/alerts-bench'
import { cacheBench } from './cache/cache-bench'
import { homeAssistantBench } from './homeassistant/homeassistant-bench'
import { klapBench } from './klap/klap-bench'
import { liveBench } from './live/live-bench'
import { outageBench } from './outage/outage-bench'
import { pollBench } from './poll/poll-bench'
import { retentionBench } from './retention/retention-bench'
import { scheduleBench } from './schedule/schedule-bench'
import { serveBench } from './serve/serve-bench'
import { writeBench } from './write/write-bench'

const BENCHES: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  poll: async (args) => {
    await pollBench(args)
    await scheduleBench(args)
  },
  schedule: scheduleBench,
  klap: klapBench,
  write: writeBench,
  outage: outageBench,
  cache: cacheBench,
  alerts: alertsBench,
  homeassistant: homeAssistantBench,
  retention: retentionBench,
  serve: serveBench,
  live: liveBench,
}

const [name, ...args] = process.argv.slice(2)
const bench = name === undefined ? undefined : BENCHES[name]
if (bench) {
  bench(args).catch((error: unknown) => {
    console.error(error)
    process.exitCode = 1
  })
} else {
  console.log(`Usage: npm run bench -- NAME [--rounds N] [--seconds N]\nNames: ${Object.keys(BENCHES).join(', ')}`)
  process.exitCode = 2
}

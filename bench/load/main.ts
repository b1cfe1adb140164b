import { once } from 'node:events'
import { join } from 'node:path'
import { runEndurance } from './endurance'
import { LoadHome } from './home'
import { runLoad } from './load'
import { ENDURANCE, LOAD, readRanges, STRESS, type OptionsOf, type Ranges } from './options'
import { printReport, writeReport, type Report } from './report'
import { runStress } from './stress'

/** Beside the compiled project, which this file is a part of. */
const REPORTS = join(__dirname, '..', '..', '..', '.cache', 'load')

const RUNS: Readonly<Record<string, (args: string[]) => Promise<Report>>> = {
  load: (args) => atHome(readRanges(args, LOAD), runLoad),
  stress: (args) => atHome(readRanges(args, STRESS), runStress),
  endurance: (args) => atHome(readRanges(args, ENDURANCE), runEndurance),
}

async function atHome<Of extends Ranges & { readonly devices: object }>(
  options: OptionsOf<Of>,
  run: (home: LoadHome, options: OptionsOf<Of>) => Promise<Report>,
): Promise<Report> {
  const home = new LoadHome()
  const ended = endedBySignal()
  try {
    await Promise.race([home.start(options.devices), ended])
    return await Promise.race([run(home, options), ended])
  } finally {
    await home.stop()
  }
}

/** Rejects at Ctrl-C, so that nothing is left behind. */
async function endedBySignal(): Promise<never> {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const signal = await Promise.race(signals.map((name) => once(process, name).then(() => name)))
  throw new Error(`ended by ${signal}`)
}

async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2)
  const run = Object.hasOwn(RUNS, name) ? RUNS[name] : undefined
  if (!run) throw new Error(`Usage: npm run ${Object.keys(RUNS).join(' | ')} -- [--seconds N] [--devices N] ...`)
  const report = await run(args)
  printReport(report)
  console.log(`\nWritten: ${writeReport(report, REPORTS)}.json and .md`)
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  // A run that was ended may still wait for somebody.
  process.exit(1)
})

import type { Command } from '../../../domain/command'
import type { MonitorError } from '../../../domain/errors'
import type { Reading } from '../../../domain/reading'
import type { CommandProtocol, CommandTarget } from './command-plan'
import { CommandRun, type CommandLine } from './command-run'

/** Owns the commands to one host that are under way. */
export class CommandRuns<Target extends CommandTarget> {
  private readonly runs = new Set<CommandRun<Target>>()

  constructor(
    private readonly line: CommandLine,
    private readonly protocol: CommandProtocol<Target>,
  ) {}

  start(device_id: string | undefined, command: Command): Promise<Reading> {
    const run = new CommandRun(this.line, this.protocol, device_id, command)
    this.runs.add(run)
    return run.run().finally(() => this.runs.delete(run))
  }

  /** Ends them with `error`. May be called twice. */
  stop(error: MonitorError): void {
    for (const run of this.runs) run.end(error)
  }
}

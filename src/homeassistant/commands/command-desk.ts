import type { Clock } from '../../domain/clock'
import type { Command } from '../../domain/command'
import { invalid, MonitorError, toMonitorError } from '../../domain/errors'
import { type DurationCounts, Histogram } from '../../domain/histogram'
import type { Reading } from '../../domain/reading'
import type { Broker, ReceivedMessage } from '../../mqtt/broker'
import type { AlertPress } from '../alerts/alert-presses'
import type { KnownDevice } from '../known-device'
import type { HomeAssistantOptions } from '../options'
import { BRIDGE, LONGEST_SLUG, type Topics } from '../topics'
import { CommandQueue } from './command-queue'
import { commandTopic } from './command-topic'
import { Complaints } from './complaints'
import { Deadlines } from './deadlines'
import { ignoredIn, replaces, type Job, type Task } from './job'
import { planCommands } from './plan-commands'
import { readRequest } from './read-request'
import { errorIn, stateIn } from './result'
import { Results } from './results'
import type { Wish } from './wish'

const S_PER_MIN = 60

export interface CommandDeskParts {
  readonly broker: Pick<Broker, 'subscribe' | 'tell'>
  readonly topics: Topics
  readonly options: Pick<HomeAssistantOptions, 'silence_min'>
  readonly clock: Clock
  /** By the part of the topic that stands for a device: see `slugOf`. */
  readonly find: (slug: string) => KnownDevice | undefined
  /** Resolves with what the device has confirmed; with nothing where the command was only handed on. */
  readonly run: (device_id: string, command: Command) => Promise<Reading | undefined>
  /** Of the alerts of a device; without one, of those that are of no device. */
  readonly press: (device_id: string | undefined, press: AlertPress) => void
  /** Told before the result is. */
  readonly confirmed: (reading: Reading) => void
  readonly report: (error: MonitorError) => void
  /** How long one command to a device may take. */
  readonly command_ms: number
}

export interface CommandDeskStatus {
  readonly running: number
  readonly waiting: number
  readonly done: number
  /** Those that failed at the device, too. */
  readonly refused: number
  readonly superseded: number
  /** Ignored, because the broker had kept them: they would switch something on at every start. */
  readonly retained: number
  /** How long those took that were begun, whatever became of them. */
  readonly latency: DurationCounts
}

/**
 * Takes commands from topics to devices, one at a time to each, and tells what became of them. A device that nobody has
 * described is told whatever is asked; what it cannot do, it refuses itself.
 */
export class CommandDesk {
  private readonly subscriptions: (() => void)[] = []
  private readonly counts = { done: 0, refused: 0, superseded: 0, retained: 0 }
  private readonly latency = new Histogram()
  private readonly results: Results
  private readonly deadlines: Deadlines
  private readonly complaints: Complaints
  private readonly queue = new CommandQueue<Job>({
    perform: (job) => this.perform(job),
    replaces: (newer, older) => replaces(newer.wish, older.wish),
    replaced: (job) => this.supersede(job),
  })

  constructor(private readonly parts: CommandDeskParts) {
    const { broker, topics, clock, command_ms, report } = parts
    this.results = new Results(broker, topics)
    this.deadlines = new Deadlines(clock, command_ms)
    this.complaints = new Complaints(report)
  }

  start(): void {
    const { broker, topics } = this.parts
    for (const filter of topics.command_filters) {
      this.subscriptions.push(broker.subscribe(filter, (message) => this.take(message)))
    }
  }

  /** Whoever waits for a result is told that there will be none. May be called twice. */
  stop(): void {
    for (const end of this.subscriptions.splice(0)) end()
    const closed = new MonitorError('CLOSED', 'the bridge was stopped')
    for (const job of this.queue.stop()) this.refuse(job, closed)
    this.deadlines.stop(closed)
  }

  status(): CommandDeskStatus {
    const { queue, counts, latency } = this
    return { running: queue.running, waiting: queue.waiting, ...counts, latency: latency.snapshot() }
  }

  private take(message: ReceivedMessage): void {
    const { topics, find } = this.parts
    const topic = commandTopic(topics.base, message.topic)
    if (topic === undefined) return
    if (message.retain) {
      this.counts.retained++
      return
    }
    const { slug } = topic
    const known = slug === BRIDGE ? undefined : find(slug)
    const request = readRequest(topic, message.payload)
    const task = { known, request, sender: this.results.senderOf(message, known?.device_id) }
    try {
      if ('error' in request) throw request.error
      if (known) this.serve(task, known, request.wish)
      else if (slug === BRIDGE) this.serveBridge(task, request.wish)
      else throw unknownDevice(slug)
    } catch (thrown) {
      this.refuse(task, toMonitorError(thrown))
    }
  }

  private serve(task: Task, known: KnownDevice, wish: Wish): void {
    const commands = planCommands(wish, known)
    if (commands.length > 0 && !this.queue.add(known.device_id, { ...task, known, wish, commands })) {
      throw new MonitorError('QUEUE_FULL', 'too many commands wait', { details: { device_id: known.device_id } })
    }
    this.press(known.device_id, wish)
    if (commands.length === 0) this.finish(task)
  }

  private serveBridge(task: Task, wish: Wish): void {
    const key = Object.keys(wish).find((each) => each !== 'acknowledge' && each !== 'silence')
    if (key !== undefined) throw invalid('INPUT_INVALID', 'key', key, 'acknowledge or silence, which the bridge takes')
    this.press(undefined, wish)
    this.finish(task)
  }

  private press(device_id: string | undefined, { acknowledge, silence }: Wish): void {
    const { press, options } = this.parts
    if (acknowledge) this.guarded(() => press(device_id, { command: 'acknowledge' }))
    if (silence === undefined) return
    const for_s = (silence === true ? options.silence_min : silence) * S_PER_MIN
    this.guarded(() => press(device_id, { command: 'silence', for_s }))
  }

  private async perform(job: Job): Promise<void> {
    const { known, commands } = job
    const { clock } = this.parts
    const begun_ms = clock.monotonic()
    let state: Reading | undefined
    try {
      for (const command of commands) {
        const reading = await this.deadlines.wait(() => this.parts.run(known.device_id, command))
        if (reading === undefined) continue
        state = reading
        this.guarded(() => this.parts.confirmed(reading))
      }
      this.finish(job, state)
    } catch (thrown) {
      this.refuse(job, toMonitorError(thrown), state)
    } finally {
      this.latency.add(clock.monotonic() - begun_ms)
    }
  }

  private finish(task: Task, state?: Reading): void {
    this.counts.done++
    this.complaints.end(task.known)
    this.tell(task, true, state)
  }

  private refuse(task: Task, error: MonitorError, state?: Reading): void {
    this.counts.refused++
    this.complaints.about(task.known, error)
    this.tell(task, false, state, error)
  }

  private supersede(job: Job): void {
    this.counts.superseded++
    this.tell(job, false, undefined, new MonitorError('COMMAND_SUPERSEDED', 'a newer command says otherwise'))
  }

  private tell({ known, request, sender }: Task, ok: boolean, state?: Reading, error?: MonitorError): void {
    const { keys, correlation } = request
    this.results.tell(known?.device_id, sender, {
      ...{ ok, keys },
      ...(correlation !== undefined && { correlation }),
      ...('wish' in request && { ignored: ignoredIn(request.wish) }),
      ...(error && { error: errorIn(error) }),
      ...(state && { state: stateIn(state) }),
    })
  }

  /** What others do with news does not make a command fail. */
  private guarded(act: () => void): void {
    try {
      act()
    } catch (thrown) {
      this.parts.report(toMonitorError(thrown))
    }
  }
}

function unknownDevice(slug: string): MonitorError {
  const name = slug.slice(0, LONGEST_SLUG)
  return new MonitorError('DEVICE_UNKNOWN', `no device has the topic '${name}'`, {
    details: { field: 'device', value: name },
  })
}

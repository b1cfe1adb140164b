import { once } from 'node:events'
import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { WebSocket } from 'ws'
import type { Incident, StateChange } from '../../../src/alerting/incidents/incident'
import type { Reading } from '../../../src/domain/reading'
import type { FleetDevice } from '../../../src/polling/fleet-device'
import type { ApiOptions } from '../../../src/serving/api-options'
import type { ApiSources } from '../../../src/serving/api-sources'
import { LiveServer } from '../../../src/serving/live/live-server'
import { ApiServer, NO_SOURCES } from '../../support/api-server'
import { FakeClock } from '../../support/fake-clock'
import { reading } from '../../support/readings'

type Listener = Parameters<ApiSources['listen']>[0]

export interface TestFrame {
  readonly type: string
  readonly reason?: string
  readonly left_out?: number
  readonly filter?: object
  readonly readings?: readonly Reading[]
  readonly incidents?: readonly (Incident & { readonly change?: string; readonly incident: Incident })[]
  readonly problem?: { readonly code: string; readonly detail: string }
  readonly code?: number
}

/** What a client has been told; a test takes it frame by frame. */
export class Told {
  private readonly frames: TestFrame[] = []
  private wake = () => {}
  isOver = false

  add(frame: TestFrame): void {
    this.frames.push(frame)
    this.wake()
  }

  end(): void {
    this.isOver = true
    this.wake()
  }

  /** The next one; waits for it. */
  async next(): Promise<TestFrame> {
    for (;;) {
      const frame = this.frames.shift()
      if (frame) return frame
      if (this.isOver) throw new Error('it is told nothing any more')
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }
}

export interface SocketClient {
  readonly socket: WebSocket
  readonly told: Told
  readonly leave: () => void
  /** How the connection has ended. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>
}

export interface EventsClient {
  readonly response: IncomingMessage
  readonly told: Told
  readonly leave: () => void
  /** All that came, as it came. */
  readonly text: () => string
}

/** An API that tells live what a test makes happen, in time that a test makes pass. */
export class LiveStage {
  readonly clock = new FakeClock()
  readonly listeners = new Set<Listener>()
  devices: readonly FleetDevice[] = []
  incidents: readonly Incident[] = []
  private server: ApiServer | undefined
  private liveServer: LiveServer | undefined
  private readonly clients: (() => void)[] = []

  async start(options: Partial<ApiOptions> = {}): Promise<void> {
    const sources: ApiSources = {
      ...NO_SOURCES,
      devices: () => this.devices,
      incidents: () => this.incidents,
      listen: (listener) => {
        this.listeners.add(listener)
        return () => void this.listeners.delete(listener)
      },
    }
    const { clock } = this
    this.liveServer = new LiveServer({ options: { live_clients: 100, keys: [], ...options }, sources, clock })
    this.server = await ApiServer.start({ routes: [], sources, options, clock, live: this.liveServer })
  }

  get live(): LiveServer {
    if (!this.liveServer) throw new Error('not started')
    return this.liveServer
  }

  get api(): ApiServer {
    if (!this.server) throw new Error('not started')
    return this.server
  }

  async stop(): Promise<void> {
    for (const end of this.clients) end()
    await this.server?.stop()
  }

  /** A reading comes. */
  read(given: Partial<Reading> = {}): void {
    const each = reading({ timestamp: this.clock.now(), ...given })
    const { host, alias, device_id } = each
    const others = this.devices.filter((device) => device.device_id !== device_id)
    this.devices = [...others, { host, alias, device_id, state: 'online', reading: each }]
    for (const listener of this.listeners) listener.onReading?.(each)
  }

  /** Something becomes of an incident. */
  change(given: Partial<Incident> = {}, change: StateChange['change'] = 'raised'): void {
    const incident = incidentOf(given)
    const { rule_id, device_id, alias, state } = incident
    this.incidents = [...this.incidents.filter(({ id }) => id !== incident.id), incident]
    const told: StateChange = {
      ...{ change, rule_id, device_id, alias, incident, previous: 'normal', timestamp: this.clock.now() },
      state: state === 'resolved' ? 'normal' : state,
    }
    for (const listener of this.listeners) listener.onIncident?.(told)
  }

  /** @param target `/live?device_id=plug-1` */
  async socket(target = '/live', headers: IncomingHttpHeaders = {}): Promise<SocketClient> {
    const { port } = this.api
    const socket = new WebSocket(`ws://127.0.0.1:${port}${target}`, { headers, perMessageDeflate: true })
    const leave = () => socket.terminate()
    this.clients.push(leave)
    const told = new Told()
    socket.on('message', (data: Buffer) => told.add(JSON.parse(data.toString()) as TestFrame))
    socket.on('close', () => told.end())
    const closed = new Promise<{ code: number; reason: string }>((resolve) => {
      socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
    })
    await once(socket, 'open')
    return { socket, told, leave, closed }
  }

  /** The status and the problem that an upgrade is answered with. */
  refused(target: string, headers: IncomingHttpHeaders = {}): Promise<{ status: number; detail: string }> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.api.port}${target}`, { headers })
    return new Promise((resolve, reject) => {
      socket.on('open', () => reject(new Error('it was let in')))
      socket.on('error', () => undefined)
      socket.on('unexpected-response', (_request, response) => {
        response.setEncoding('utf8')
        response.once('data', (body: string) => {
          const { detail } = JSON.parse(body) as { detail: string }
          resolve({ status: response.statusCode ?? 0, detail })
          socket.terminate()
        })
      })
    })
  }

  /** @param target `/live/events?device_id=plug-1` */
  async events(target = '/live/events', headers: Record<string, string> = {}): Promise<EventsClient> {
    const { port } = this.api
    const request = get({ host: '127.0.0.1', port, path: target, headers, agent: false })
    const leave = () => void request.destroy()
    this.clients.push(leave)
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    request.on('error', () => undefined)
    const told = new Told()
    let text = ''
    let rest = ''
    response.setEncoding('utf8')
    response.on('data', (piece: string) => {
      text += piece
      const events = (rest + piece).split('\n\n')
      rest = events.pop() ?? ''
      for (const event of events) {
        const [, data] = /^data: (.*)$/m.exec(event) ?? []
        if (data !== undefined) told.add(JSON.parse(data) as TestFrame)
      }
    })
    response.on('error', () => told.end())
    response.on('close', () => told.end())
    return { response, told, leave, text: () => text }
  }
}

export function incidentOf(given: Partial<Incident> = {}): Incident {
  return {
    id: 'high/plug-1/1',
    rule_id: 'high',
    rule_name: 'High power',
    kind: 'above',
    device_id: 'plug-1',
    alias: 'Kettle',
    severity: 'warning',
    labels: {},
    state: 'firing',
    flapping: false,
    raised_at: Date.UTC(2026, 0, 5),
    duration_s: 0,
    reminders: 0,
    level: 0,
    raised: {},
    latest: {},
    ...given,
  }
}

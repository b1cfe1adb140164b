import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HomeAssistantSocket } from './home-assistant-socket'
import { PROJECT } from './node-red'
import { ServerProcess } from './server-process'
import { soon } from './soon'

const RUN = join(PROJECT, 'test', 'homeassistant-real', 'run.py')
/** Statistics are compiled so often, on the clock, and a moment later. */
const PERIOD_S = 300
const NEWS_S = 15
const START_MS = 120_000
const USER = { username: 'owner', password: 'of this house', name: 'Owner', language: 'en' }
/** Those that would look on the network for a place, a weather and devices. */
const STEPS_TAKEN = {
  ...{ version: 4, minor_version: 1, key: 'onboarding' },
  data: { done: ['core_config', 'analytics', 'integration'] },
}
/** What every run of it logs here: it is told not to install anything. */
const USUAL = /homeassistant\.bootstrap\] Skipping pip installation/

export interface EntityState {
  readonly entity_id: string
  readonly state: string
  readonly attributes: Readonly<Record<string, unknown>>
}

interface FormField {
  readonly name: string
  readonly required?: boolean
  readonly default?: unknown
  readonly schema?: readonly FormField[]
}

/** A real Home Assistant in a folder of its own, on 127.0.0.1, with its MQTT integration and an owner who is logged in. */
export class HomeAssistant {
  private ahead_s = 0
  private started_in_s = 0
  private refresh_token = ''
  private access_token = ''
  private running: ServerProcess | undefined
  private link: HomeAssistantSocket | undefined

  /** @param python of the virtual environment that it is installed in */
  constructor(private readonly python: string) {}

  /** For the first time. */
  async start(broker_port: number): Promise<void> {
    this.running = await ServerProcess.start({
      file: this.python,
      ports: 1,
      start_ms: START_MS,
      commandLine: (folder, [port]) => this.prepare(folder, port),
      look: async (url) => (await fetch(`${url}/manifest.json`)).ok,
    })
    await this.moveIn()
    await this.logIn()
    await this.keepAddress()
    await this.addBroker(broker_port)
  }

  get url(): string {
    return this.server.url
  }

  /** All that it has logged, through restarts: warnings and worse. */
  get log(): string {
    return this.server.log()
  }

  /** Its own time, ms since the epoch. */
  now(): number {
    return Date.now() + this.ahead_s * 1000
  }

  /** What a browser keeps of a person who has logged in. */
  get login(): object {
    const client = { hassUrl: this.url, clientId: `${this.url}/` }
    const { access_token, refresh_token } = this
    return { ...client, access_token, refresh_token, token_type: 'Bearer', expires_in: 1800, expires: Date.now() + 1e6 }
  }

  /** Ends as when its machine shuts down, and starts again with what it had. */
  async restart(): Promise<void> {
    await this.shutDown()
    await this.run()
  }

  async shutDown(): Promise<void> {
    this.link?.close()
    await this.server.shutDown()
  }

  async run(): Promise<void> {
    const from = Date.now()
    await this.server.run()
    await this.logIn()
    this.started_in_s = (Date.now() - from) / 1000
  }

  /** Starts with its clock put forward: it soon compiles statistics, but not before it has started and heard some news. */
  async runBeforeStatistics(): Promise<void> {
    const left_s = PERIOD_S - ((this.now() / 1000) % PERIOD_S)
    const wanted_s = 2 * this.started_in_s + NEWS_S
    this.ahead_s += (left_s - wanted_s + PERIOD_S) % PERIOD_S
    await this.run()
  }

  async stop(): Promise<void> {
    this.link?.close()
    await this.running?.stop()
  }

  /** Its warnings and errors, each with its traceback. */
  complaints(): string[] {
    const entries = this.log.split(/^(?=\d{4}-\d\d-\d\d )/m)
    return entries.filter((entry) => / (WARNING|ERROR|CRITICAL) /.test(entry) && !USUAL.test(entry))
  }

  async request<Body>(method: 'GET' | 'POST', path: string, body?: object): Promise<Body> {
    const reply = await fetch(`${this.url}/api/${path}`, {
      method,
      headers: { authorization: `Bearer ${this.access_token}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as Body
  }

  /** Calls a command of its WebSocket API. */
  call<Result>(type: string, fields?: object): Promise<Result> {
    return this.socket.call(type, fields)
  }

  listen(type: string, fields: object, listener: (event: unknown) => void): Promise<void> {
    return this.socket.listen(type, fields, listener)
  }

  states(): Promise<EntityState[]> {
    return this.request('GET', 'states')
  }

  /** As a person does who presses something: `light.turn_on`. */
  async act(service: string, entity_id: string, fields: object = {}): Promise<void> {
    await this.request('POST', `services/${service.replace('.', '/')}`, { ...fields, entity_id })
  }

  private get server(): ServerProcess {
    if (!this.running) throw new Error('Home Assistant has not started')
    return this.running
  }

  private get socket(): HomeAssistantSocket {
    if (!this.link) throw new Error('nobody has logged in to Home Assistant')
    return this.link
  }

  private prepare(folder: string, port = 0): string[] {
    const config = join(folder, 'config')
    mkdirSync(join(config, '.storage'), { recursive: true })
    writeFileSync(join(config, 'configuration.yaml'), configuration(port))
    const steps = join(config, '.storage', 'onboarding')
    if (!existsSync(steps)) writeFileSync(steps, JSON.stringify(STEPS_TAKEN))
    return [RUN, String(this.ahead_s), config]
  }

  private async moveIn(): Promise<void> {
    const client_id = `${this.url}/`
    const { auth_code } = await this.request<{ auth_code: string }>('POST', 'onboarding/users', { ...USER, client_id })
    const { refresh_token } = await this.token({ grant_type: 'authorization_code', code: auth_code })
    this.refresh_token = refresh_token ?? ''
  }

  private async logIn(): Promise<void> {
    const { access_token } = await this.token({ grant_type: 'refresh_token', refresh_token: this.refresh_token })
    this.access_token = access_token
    this.link = await HomeAssistantSocket.open(this.url, access_token)
    await soon(async () => {
      const { state } = await this.request<{ state: string }>('GET', 'config')
      if (state !== 'RUNNING') throw new Error(`Home Assistant is ${state}`)
    })
  }

  private async token(fields: Record<string, string>): Promise<{ access_token: string; refresh_token?: string }> {
    const body = new URLSearchParams({ client_id: `${this.url}/`, ...fields })
    const reply = await fetch(`${this.url}/auth/token`, { method: 'POST', body })
    if (!reply.ok) throw new Error(`Home Assistant gives no token: ${await reply.text()}`)
    return (await reply.json()) as { access_token: string; refresh_token?: string }
  }

  /** From 2026 on it goes back to its usual address after five minutes, unless a person has found it at the new one. */
  private async keepAddress(): Promise<void> {
    await this.call('http/config/promote').catch((error: Error) => {
      if (!error.message.includes('unknown_command')) throw error
    })
  }

  /** By the form that a person would fill in; each release asks otherwise. */
  private async addBroker(port: number): Promise<void> {
    const path = 'config/config_entries/flow'
    const form = await this.request<{ flow_id: string; data_schema: FormField[] }>('POST', path, { handler: 'mqtt' })
    const known = { broker: '127.0.0.1', port, set_client_cert: false, set_ca_cert: 'off' }
    const answers = fillIn(form.data_schema, known)
    const { type } = await this.request<{ type: string }>('POST', `${path}/${form.flow_id}`, answers)
    if (type !== 'create_entry') throw new Error(`Home Assistant does not take the broker: ${type}`)
  }
}

function fillIn(fields: readonly FormField[], known: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const required = fields.filter((field) => field.required)
  return Object.fromEntries(
    required.map(({ name, schema, default: usual }) => [name, schema ? fillIn(schema, known) : (known[name] ?? usual)]),
  )
}

function configuration(port: number): string {
  return `
homeassistant: { name: Home, country: DE, currency: EUR, language: en, time_zone: UTC, unit_system: metric }
http: { server_host: 127.0.0.1, server_port: ${port} }
logger: { default: warning }
recorder: { commit_interval: 0 }
api:
config:
energy:
frontend:
history:
logbook:
`
}

import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { RetentionEvent } from '../../../nodes/kasa-retention/retention-events'
import type { HistoryRow } from '../../../src/database/database'
import { PROJECT } from '../../support/node-red'
import { NodeRedProcess } from '../../support/node-red-process'
import { soon } from '../../support/soon'

const VERSION = { title: '4.1', node: process.execPath, red: join(PROJECT, 'node_modules', 'node-red', 'red.js') }
/** What functions of the flow may look at: how long the event loop is held, and what keeps the process alive. */
const GLOBALS = `functionGlobalContext: {
  loop: (() => {
    const histogram = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 5 })
    histogram.enable()
    return histogram
  })(),
  resources: () => process.getActiveResourcesInfo(),
},`

const READINGS = 20

/** `z` and the like of a node that lies on the tab. */
const ON_TAB = { z: 'tab', x: 0, y: 0 }

type Node = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string }

/** What the flow has noted since the last deploy of all of it. */
export interface Noted {
  /** Of readings that `kasa-write` has answered with `done`, while the flow made some: when they were taken. */
  readonly done: readonly number[]
  readonly events: readonly RetentionEvent[]
  /** What `kasa-retention` showed. */
  readonly statuses: readonly string[]
  /** Codes of errors. */
  readonly errors: readonly string[]
}

/** ms, since it was asked last. */
export interface LoopDelay {
  readonly p99: number
  readonly maximum: number
}

/** What a node answered, or what it failed with. */
export interface Answer<Payload> {
  readonly payload: Payload
  readonly raw_from?: number
  readonly error?: { readonly code: string; readonly message: string }
}

/** A Node-RED as a process, with a flow whose nodes are asked over HTTP. */
export class AskedNodeRed {
  readonly process = new NodeRedProcess(VERSION, { packs: [PROJECT], settings: GLOBALS })

  /** @throws AssertionError what the node failed with */
  async ask<Payload>(id: string, payload: unknown = {}): Promise<Payload> {
    const answer = await this.answer<Payload>(id, payload)
    assert.equal(answer.error, undefined, `${id}: ${answer.error?.message}`)
    return answer.payload
  }

  async answer<Payload>(id: string, payload: unknown = {}): Promise<Answer<Payload>> {
    const reply = await this.process.request('POST', `ask/${id}`, JSON.stringify({ payload }))
    return (await reply.json()) as Answer<Payload>
  }

  /** Makes readings for some moments. */
  async makesReadings(): Promise<void> {
    await this.ask('live', true)
    const { length } = (await this.noted()).done
    await soon(async () => assert.ok((await this.noted()).done.length > length + READINGS))
    await this.ask('live', false)
  }

  noted(): Promise<Noted> {
    return this.ask('noted')
  }

  /** Fails where history lacks one of the readings that were made. */
  async assertHasAll(): Promise<void> {
    const { done } = await this.noted()
    const rows = await this.ask<HistoryRow[]>('history', { device_ids: 'live', limit: 10_000 })
    const stored = new Set(rows.map(({ timestamp }) => timestamp))
    assert.ok(done.length > 0)
    assert.deepEqual(
      done.filter((timestamp) => !stored.has(timestamp)),
      [],
      `of ${done.length} that were done`,
    )
  }

  /** Resolves when `kasa-retention` shows it. */
  async shows(status: RegExp): Promise<void> {
    await soon(async () => assert.match((await this.noted()).statuses.at(-1) ?? '', status), 60_000)
  }
}

/** Why it cannot run here; undefined where it can. */
export function whyNotBuilt(): string | undefined {
  return existsSync(join(PROJECT, 'dist', 'nodes')) ? undefined : '`npm run build` makes the folder dist'
}

/**
 * Each node of these, which has an id and no wires, is asked by its id; the payload of its first output is the answer. `live`
 * makes readings of a plug of that name all the time, once it is told to.
 */
export function askedFlow(nodes: readonly Node[]): object[] {
  const isConfig = ({ type }: Node) => type === 'kasa-database' || type === 'kasa-tariff'
  return [
    { id: 'tab', type: 'tab', label: 'test' },
    ...nodes.flatMap((node) => (isConfig(node) ? [node] : askedNode(node))),
    ...live(),
    ...asked('noted', code('noted', NOTED, ['answer'])),
    ...asked('loop', code('loop', LOOP, ['answer'])),
    ...asked('resources', code('resources', `msg.payload = global.get('resources')()\nreturn msg`, ['answer'])),
    { ...ON_TAB, id: 'written', type: 'complete', scope: ['write'], wires: [['answer']] },
    code('answer', 'msg.payload = { payload: msg.payload, raw_from: msg.raw_from }\nreturn msg', ['reply']),
    { ...ON_TAB, id: 'caught', type: 'catch', scope: null, uncaught: false, wires: [['failed']] },
    code('failed', FAILED, ['reply']),
    { ...ON_TAB, id: 'reply', type: 'http response' },
  ]
}

const note = (what: string, value: string) => `
  const noted = flow.get('${what}') ?? []
  noted.push(${value})
  flow.set('${what}', noted)`
const NOTED = `
  msg.payload = {}
  for (const what of ['done', 'events', 'statuses', 'errors']) msg.payload[what] = flow.get(what) ?? []
  return msg`
const LOOP = `
  const loop = global.get('loop')
  msg.payload = { p99: loop.percentile(99) / 1e6, maximum: loop.max / 1e6 }
  loop.reset()
  return msg`
const FAILED = `
  ${note('errors', 'msg.error.code ?? msg.error.message')}
  if (!msg.res) return null
  msg.payload = { error: { code: msg.error.code, message: msg.error.message } }
  return msg`

function askedNode(node: Node): object[] {
  const isRetention = node.type === 'kasa-retention'
  const watched = isRetention
    ? [
        { ...ON_TAB, id: `${node.id}-status`, type: 'status', scope: [node.id], wires: [[`${node.id}-shown`]] },
        code(`${node.id}-shown`, note('statuses', 'msg.status.text'), []),
        code(`${node.id}-told`, note('events', 'msg.payload'), []),
      ]
    : []
  const wires = node.type === 'kasa-write' ? [] : isRetention ? [['answer'], [`${node.id}-told`]] : [['answer']]
  return [...asked(node.id, { ...ON_TAB, ...node, wires }), ...watched]
}

function asked(id: string, node: object): object[] {
  return [
    { ...ON_TAB, id: `${id}-in`, type: 'http in', url: `/ask/${id}`, method: 'post', wires: [[`${id}-open`]] },
    code(`${id}-open`, 'msg.payload = msg.payload.payload\nreturn msg', [id]),
    node,
  ]
}

function live(): object[] {
  const make = `
    if (!flow.get('live')) return null
    const reading = { device_id: 'live', alias: 'Live', model: 'test', host: '', source: 'poll', quality: 'good' }
    return { payload: { ...reading, timestamp: Date.now(), on: true, power_w: 5 } }`
  return [
    ...asked('live', code('live', `flow.set('live', msg.payload)\nreturn msg`, ['answer'])),
    { ...ON_TAB, id: 'tick', type: 'inject', props: [], repeat: '0.05', once: true, wires: [['make']] },
    code('make', make, ['live-write']),
    { ...ON_TAB, id: 'live-write', type: 'kasa-write', database: 'database', wires: [] },
    { ...ON_TAB, id: 'live-done', type: 'complete', scope: ['live-write'], wires: [['live-noted']] },
    code('live-noted', note('done', 'msg.payload.timestamp'), []),
  ]
}

function code(id: string, func: string, to: readonly string[]): object {
  return { ...ON_TAB, id, type: 'function', func, outputs: 1, wires: [to] }
}

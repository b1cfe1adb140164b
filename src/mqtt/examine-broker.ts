import { randomUUID } from 'node:crypto'
import type { Clock } from '../domain/clock'
import { toMonitorError, type ErrorCode, type MonitorError } from '../domain/errors'
import { within } from '../domain/within'
import { BrokerConnection } from './broker-connection'
import type { BrokerSession } from './broker-session'
import type { Version } from './mqtt-library'
import type { MqttSettings } from './mqtt-settings'

/** What a person who has typed the settings of a broker wants to know. */
export interface BrokerExamination {
  /** What is spoken with it; absent where it lets nobody in. */
  readonly version?: Version
  /** How long it took to confirm a message. */
  readonly latency_ms?: number
  /** Whether a retained message was there for somebody who came later. */
  readonly keeps_retained?: boolean
  /** What stands in the way. */
  readonly code?: ErrorCode
  /** What to do, in sentences. */
  readonly advice: readonly string[]
}

/** Below the topic that the pack takes where nobody gives another. */
const PLACE = 'kasa/test'
const ANSWER_MS = 3000

/** Connects by a client id of its own, leaves nothing behind, never rejects. */
export async function examineBroker(settings: MqttSettings, clock: Clock): Promise<BrokerExamination> {
  const id = randomUUID()
  const topic = `${PLACE}/${id}`
  let spoken: Pick<BrokerExamination, 'version'> = {}
  let hear = () => {}
  const heard = new Promise<void>((resolve) => (hear = resolve))
  let connection: BrokerConnection | undefined
  try {
    const session = await new Promise<BrokerSession>((resolve, reject) => {
      connection = new BrokerConnection({
        settings,
        client_id: `kasa-test-${id}`,
        clock,
        random: () => 0,
        events: {
          opened: (opened, version) => {
            spoken = { version }
            resolve(opened)
          },
          received: (message) => message.topic === topic && message.retain && hear(),
          dropped: () => undefined,
          lost: reject,
        },
      })
      connection.start()
    })
    return { ...spoken, ...(await tryOut(session, topic, heard, clock)) }
  } catch (thrown) {
    const { code, message } = toMonitorError(thrown)
    return { ...spoken, code, advice: [message] }
  } finally {
    await connection?.stop((session) => session.close())
  }
}

type Findings = Pick<BrokerExamination, 'latency_ms' | 'keeps_retained' | 'code' | 'advice'>

async function tryOut(session: BrokerSession, topic: string, heard: Promise<void>, clock: Clock): Promise<Findings> {
  const begun_ms = clock.monotonic()
  await settled((done) => session.publish({ topic, payload: 'test', qos: 1, retain: true }, done), clock)
  const latency_ms = Math.round((clock.monotonic() - begun_ms) * 100) / 100
  await settled((done) => session.subscribe(topic, done), clock)
  const keeps_retained = await within(clock, ANSWER_MS, heard)
  await settled((done) => session.publish({ topic, payload: '', qos: 1, retain: true }, done), clock)
  if (keeps_retained) return { latency_ms, keeps_retained, advice: [] }
  const advice = `A message retained at ${topic} did not come back: the broker keeps none, or the user may not publish and read there`
  return { latency_ms, keeps_retained, advice: [advice] }
}

/** Rejects with a refusal; what takes too long is left alone, as the connection sees to that. */
async function settled(ask: (done: (refusal?: MonitorError) => void) => void, clock: Clock): Promise<void> {
  const answer = new Promise<void>((resolve, reject) => {
    ask((refusal) => (refusal ? reject(refusal) : resolve()))
  })
  if (await within(clock, ANSWER_MS, answer)) await answer
}

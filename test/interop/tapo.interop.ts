import assert from 'node:assert/strict'
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, describe, it } from 'mocha'
import { DEFAULT_TIMEOUTS, type Connection, type Session } from '../../src/integrations/integration'
import { SIMULATED_ACCOUNT, Simulator, type SimulatedDevice } from '../../src/simulator'
import { credentialsOf, kasaSession, pollOnce } from '../support/kasa'

const PATIENCE_MS = 30_000
const POWER_W = 23
const STRANGER = { username: 'stranger@example.com', password: 'strange' }
const SCRIPT = join(process.cwd(), 'test', 'interop', 'tapo-client.py')

const { KASA_MONITOR_PYTHON: python = 'python3', KASA_MONITOR_HTTP_PORT: httpPort } = process.env

interface Answer {
  readonly error?: string
  readonly result?: {
    readonly info: { readonly device_id: string; readonly nickname: string; readonly device_on: boolean }
    readonly power_w: number
  }
}

describe('tapo and we, on the same simulated devices that speak TPAP', function () {
  this.timeout(PATIENCE_MS)
  const simulator = new Simulator(httpPort === undefined ? {} : { http_port: Number(httpPort) })
  const tapo = { model: 'P110(EU)', power: POWER_W } as const
  const plug = simulator.addPlug({ ...tapo, alias: 'TPAP plug', host: '127.93.1.1', speaks: 'tpap' })
  const foreign = simulator.addPlug({ ...tapo, host: '127.93.1.2', speaks: 'tpap', account: STRANGER })
  const closed = simulator.addPlug({ ...tapo, host: '127.93.1.3', speaks: 'tpap-closed' })
  let child: ChildProcessWithoutNullStreams
  let session: Session
  let connection: Connection

  before(async () => {
    await simulator.start()
    child = spawn(python, [SCRIPT])
    child.stderr.pipe(process.stderr)
    session = kasaSession({ timeouts: DEFAULT_TIMEOUTS, credentials: credentialsOf(SIMULATED_ACCOUNT) })
    connection = session.connect({ host: plug.host })
  })
  after(async () => {
    session?.stop()
    child?.stdin.end()
    if (child?.exitCode === null) await once(child, 'exit')
    await simulator.stop()
  })

  async function theirs({ host, port }: SimulatedDevice, switch_to?: boolean): Promise<Answer> {
    const lines = createInterface({ input: child.stdout })
    child.stdin.write(
      `${JSON.stringify({ address: `${host}:${port}`, ...SIMULATED_ACCOUNT, switch_to: switch_to ?? null })}\n`,
    )
    const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string?]
    lines.close()
    return line === undefined ? assert.fail('python ended before its answer') : (JSON.parse(line) as Answer)
  }

  it('log in and read the same', async () => {
    const { result, error } = await theirs(plug)
    const [reading] = (await pollOnce(connection)).readings
    assert.equal(error, undefined)
    assert.deepEqual(
      [reading?.device_id, reading?.alias, reading?.on, reading?.power_w],
      [result?.info.device_id, Buffer.from(result?.info.nickname ?? '', 'base64').toString(), true, result?.power_w],
    )
  })

  it('see what the other has switched', async () => {
    assert.equal((await theirs(plug, false)).result?.info.device_on, false)
    assert.equal((await pollOnce(connection)).readings[0]?.on, false)
    await connection.command(undefined, { name: 'on' })
    assert.equal((await theirs(plug)).result?.info.device_on, true)
  })

  it('are refused where the device belongs to somebody else, and where it speaks another variant', async () => {
    assert.match((await theirs(foreign)).error ?? '', /TPAP_CREDENTIALS/)
    await assert.rejects(pollOnce(session.connect({ host: foreign.host })), { code: 'LOGIN_REFUSED' })
    assert.match((await theirs(closed)).error ?? '', /UnsupportedProtocol/)
    await assert.rejects(pollOnce(session.connect({ host: closed.host })), { code: 'DEVICE_UNSUPPORTED' })
  })
})

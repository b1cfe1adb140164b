import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { Simulator } from '../../src/simulator'
import { SYSINFO, ask } from '../simulator/raw-client'
import { ended, firstLine, kasaMonitor, start } from './kasa-monitor'

const RECORDED = {
  component_nego: { component_list: [{ id: 'energy_monitoring', ver_code: 2 }] },
  get_device_info: {
    device_id: '00',
    mac: '00-00',
    model: 'P115',
    type: 'SMART.TAPOPLUG',
    nickname: '',
    device_on: true,
  },
  get_energy_usage: { current_power: 8962, today_energy: 5, month_energy: 50 },
}

describe('kasa-monitor, ended', function () {
  this.timeout(30_000)
  let simulator: Simulator

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
  })
  afterEach(() => simulator.stop())

  async function watch(...words: string[]) {
    const plug = simulator.addPlug()
    await simulator.start()
    return start(['poll', plug.host, '--json', '--port', String(simulator.port), ...words])
  }

  it('watches until it is interrupted', async () => {
    const child = await watch('--watch', '--interval-s', '60')
    await firstLine(child)
    child.kill('SIGINT')
    assert.equal((await ended(child)).code, 0)
  })

  it('tells an interrupted run from one that came to its end', async () => {
    const child = await watch('--count', '5', '--interval-s', '60')
    await firstLine(child)
    child.kill('SIGINT')
    assert.deepEqual(await ended(child), { code: 130, lines: [], errors: [] })
  })

  it('ends an exchange with a silent device when interrupted', async () => {
    const plug = simulator.addPlug()
    plug.behave({ kind: 'silence' })
    await simulator.start()
    const child = start(['poll', plug.host, '--port', String(simulator.port), '--timeout-ms', '600000'])
    while (plug.requests.requests === 0) await new Promise((resolve) => setImmediate(resolve))
    child.kill('SIGTERM')
    assert.deepEqual(await ended(child), { code: 130, lines: [], errors: [] })
  })

  it('ends quietly when nobody reads on', async () => {
    const child = await watch('--watch', '--interval-s', '1')
    await firstLine(child)
    child.stdout.destroy()
    const [code] = (await once(child, 'close')) as [number]
    assert.equal(code, 0)
  })

  it('simulates a home until it is interrupted', async () => {
    const child = start(['simulate', '--json', '--port', '0'])
    const device = JSON.parse(await firstLine(child)) as { host: string; port: number; alias: string }
    const reply = await ask(device, SYSINFO)
    assert.equal(reply.system.get_sysinfo.alias, device.alias)
    const words = ['poll', device.host, '--port', String(device.port)]
    assert.match((await kasaMonitor(words)).lines[1] ?? '', / W /)
    child.kill('SIGINT')
    assert.equal((await ended(child)).code, 0)
  })

  it('simulates recorded devices for whoever knows the account', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'kasa-monitor-'))
    try {
      const file = join(directory, 'P115(EU)_1.0.json')
      writeFileSync(file, JSON.stringify(RECORDED))
      const account = { KASA_USERNAME: 'somebody@example.com', KASA_PASSWORD: 'another password' }
      const child = start(['simulate', '--json', '--port', '0', '--dump', file, '--speaks', 'aes'], account)
      const { host, port, device_id } = JSON.parse(await firstLine(child)) as Record<string, string>
      const words = ['poll', String(host), '--port', String(port), '--json']
      const polled = await kasaMonitor(words, account)
      const reading = JSON.parse(polled.lines[0] ?? '{}') as Record<string, unknown>
      assert.deepEqual([reading.alias, reading.device_id, reading.power_w], ['P115(EU)_1.0', device_id, 8.962])
      const stranger = await kasaMonitor(words, { ...account, KASA_PASSWORD: 'guess' })
      assert.match(stranger.errors.join(), /LOGIN_REFUSED/)
      child.kill('SIGINT')
      assert.equal((await ended(child)).code, 0)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  it('simulates a home for a while', async () => {
    const { code, lines } = await kasaMonitor(['simulate', '--port', '0', '--duration-s', '1'])
    assert.equal(code, 0)
    assert.match(lines[0] ?? '', /^host +port +alias +model$/)
    assert.ok(lines.length > 5)
  })
})

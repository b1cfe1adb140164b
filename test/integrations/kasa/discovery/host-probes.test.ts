import assert from 'node:assert/strict'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, before, beforeEach, describe, it } from 'mocha'
import { DiscoveryKey } from '../../../../src/integrations/kasa/discovery/discovery-key'
import { PROBE_MS } from '../../../../src/integrations/kasa/discovery/host-probe'
import { HostProbes } from '../../../../src/integrations/kasa/discovery/host-probes'
import type { TdpAnswer } from '../../../../src/integrations/kasa/discovery/tdp-answer'
import { encodePacket, parsePacket } from '../../../../src/integrations/kasa/discovery/tdp-frame'
import { FakeClock } from '../../../support/fake-clock'

const HOST = '127.91.0.1'
const RESULT = { device_type: 'SMART.TAPOPLUG', device_model: 'P110(EU)', mac: 'AA-BB-CC-00-00-01' }

describe('a question to one host by datagram', () => {
  const key = new DiscoveryKey()
  let clock: FakeClock
  let probes: HostProbes
  let device: Socket
  let port: number
  let heard: number

  before(async () => {
    await key.publicKey()
  })

  beforeEach(async () => {
    clock = new FakeClock()
    probes = new HostProbes(clock, () => 0.5, key)
    device = createSocket('udp4')
    device.bind(0, HOST)
    await once(device, 'listening')
    port = device.address().port
    heard = 0
    device.on('message', () => heard++)
  })

  afterEach(() => {
    probes.stop()
    assert.equal(clock.pending, 0)
    device.close()
  })

  const ask = () => new Promise<TdpAnswer | undefined>((resolve) => probes.probe(HOST, port, resolve))
  const answer = (bytes: Buffer) => {
    const { serial } = parsePacket(bytes)
    const payload = Buffer.from(JSON.stringify({ error_code: 0, result: RESULT }))
    return encodePacket({ flags: 0x11, serial, payload })
  }
  const begun = async () => {
    for (let turns = 0; clock.pending === 0 && turns < 100; turns++) await new Promise((next) => setImmediate(next))
  }

  it('is answered with what the host announces', async () => {
    device.on('message', (bytes, from) => device.send(answer(bytes), from.port, from.address))
    const asked = ask()
    await begun()
    clock.advance(0)
    assert.equal((await asked)?.mac, 'AA:BB:CC:00:00:01')
  })

  it('is asked three times, and given up after a second', async () => {
    const asked = ask()
    await begun()
    clock.advance(PROBE_MS - 1)
    while (heard < 3) await once(device, 'message')
    assert.equal(clock.pending, 1)
    clock.advance(1)
    assert.equal(await asked, undefined)
    assert.equal(heard, 3)
  })

  it('passes over what is no answer, and what another host says', async () => {
    const stranger = createSocket('udp4')
    stranger.bind(0, '127.91.0.2')
    await once(stranger, 'listening')
    device.once('message', (bytes, from) => {
      stranger.send(answer(bytes), from.port, from.address, () => {
        device.send(Buffer.from('junk'), from.port, from.address)
        device.send(bytes, from.port, from.address)
      })
    })
    let said: TdpAnswer | 'nothing' | undefined = 'nothing'
    const asked = ask().then((value) => (said = value))
    await begun()
    clock.advance(0)
    await once(device, 'message')
    for (let turns = 0; turns < 20; turns++) await new Promise((next) => setImmediate(next))
    assert.equal(said, 'nothing')
    clock.advance(PROBE_MS)
    assert.equal(await asked, undefined)
    stranger.close()
  })

  it('is asked once for all that wait', async () => {
    device.on('message', (bytes, from) => device.send(answer(bytes), from.port, from.address))
    const asked = Promise.all([ask(), ask()])
    await begun()
    clock.advance(0)
    const [one, other] = await asked
    assert.equal(one?.mac, other?.mac)
    assert.equal(heard, 1)
  })

  it('is over when nobody waits any more, and when the session ends', async () => {
    const cancel = probes.probe(HOST, port, () => assert.fail('called back'))
    const stay = probes.probe(HOST, port + 1, () => assert.fail('called back'))
    await begun()
    cancel()
    cancel()
    assert.ok(clock.pending > 0)
    probes.stop()
    stay()
    assert.equal(clock.pending, 0)
  })
})

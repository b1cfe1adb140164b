import assert from 'node:assert/strict'
import { constants, createDecipheriv, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { answerPacket, readProbe } from '../../src/simulator/discovery-packet'
import { LOOPBACK_BROADCAST, Simulator, type SimulatedDevice } from '../../src/simulator'
import { open } from './raw-client'

/** Known from 2020: it carries no key. */
const OLD_PROBE = Buffer.from('020000010000000000000000463cb5d3', 'hex')
const TEST_KEY = '{"params":{"rsa_key":"-----BEGIN PUBLIC KEY-----\\nTEST\\n-----END PUBLIC KEY-----\\n"}}'
const HEADER = '0200000100551100010203042538326a'
const KEYS = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

interface Result {
  readonly [key: string]: unknown
  readonly mgt_encrypt_schm: Readonly<Record<string, unknown>>
  readonly encrypt_info?: { readonly sym_schm: string; readonly key: string; readonly data: string }
}

/** What answers to one probe, with the address that it came from. */
async function probe(
  device: { host: string; port: number },
  packet: Buffer,
  answers = 1,
): Promise<Map<string, Result>> {
  const socket = createSocket('udp4')
  const results = new Map<string, Result>()
  try {
    await new Promise<void>((resolve) => socket.bind(0, resolve))
    socket.setBroadcast(true)
    await new Promise<void>((resolve) => {
      socket.on('message', (bytes, { address }) => {
        const { error_code, result } = JSON.parse(readProbe(bytes) ?? '') as { error_code: number; result: Result }
        assert.equal(error_code, 0)
        results.set(address, result)
        if (results.size === answers) resolve()
      })
      socket.send(packet, device.port, device.host)
    })
    return results
  } finally {
    socket.close()
  }
}

function probeWith(key: string): Buffer {
  return answerPacket(Buffer.from(HEADER, 'hex'), JSON.stringify({ params: { rsa_key: key } }))
}

describe('the newer discovery, answered by simulated devices', () => {
  let simulator: Simulator

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
  })
  afterEach(() => simulator.stop())

  async function schemeOf(device: SimulatedDevice) {
    await simulator.start()
    const result = (await probe(device, OLD_PROBE)).get(device.host)
    return { type: result?.device_type, ...result?.mgt_encrypt_schm }
  }

  it('has the checksum of known packets', () => {
    const known = Buffer.concat([Buffer.from(HEADER, 'hex'), Buffer.from(TEST_KEY)])
    assert.deepEqual(answerPacket(known, TEST_KEY), known)
    assert.equal(readProbe(known), TEST_KEY)
    assert.equal(readProbe(OLD_PROBE), '')
    for (let index = 0; index < known.length; index++) {
      const spoilt = Buffer.from(known)
      spoilt.writeUInt8(known.readUInt8(index) ^ 1, index)
      assert.equal(readProbe(spoilt) === undefined || index === 1 || index === 2, true, `byte ${index}`)
    }
  })

  it('tells how each device is spoken to', async () => {
    const iot = { type: 'IOT.SMARTPLUGSWITCH', is_support_https: false, encrypt_type: 'KLAP' }
    const smart = { type: 'SMART.TAPOPLUG', is_support_https: false, encrypt_type: 'KLAP', lv: 2 }
    const plug = { model: 'P110(EU)' } as const
    const devices: [SimulatedDevice, object][] = [
      [simulator.addPlug({ speaks: 'klap-1' }), iot],
      [simulator.addPlug({ speaks: 'klap-2' }), { ...iot, lv: 2, new_klap: 1 }],
      [simulator.addPlug(plug), smart],
      [simulator.addPlug({ ...plug, secure: true }), { ...smart, is_support_https: true }],
      [simulator.addPlug({ ...plug, speaks: 'aes' }), { ...smart, encrypt_type: 'AES' }],
      [simulator.addPlug({ ...plug, speaks: 'tpap' }), { ...smart, encrypt_type: 'TPAP' }],
    ]
    for (const [device, expected] of devices) {
      assert.deepEqual(await schemeOf(device), { ...expected, http_port: device.port })
    }
    const older = { ...smart, encrypt_type: 'AES', lv: undefined }
    const device = simulator.addPlug({ ...plug, speaks: 'aes', login_version: 1 })
    assert.deepEqual({ lv: undefined, ...(await schemeOf(device)) }, { ...older, http_port: device.port })
  })

  it('encrypts for the key of a probe', async () => {
    const device = simulator.addPlug({ model: 'P110(EU)', mac: '02:00:00:00:00:01' })
    await simulator.start()
    const result = (await probe(device, probeWith(KEYS.publicKey))).get(device.host)
    assert.equal(result?.mac, '02-00-00-00-00-01')
    const { sym_schm, key, data } = result?.encrypt_info ?? assert.fail('nothing encrypted')
    assert.equal(sym_schm, 'AES')
    const padding = constants.RSA_PKCS1_OAEP_PADDING
    const keys = privateDecrypt({ key: KEYS.privateKey, padding, oaepHash: 'sha1' }, Buffer.from(key, 'base64'))
    const decipher = createDecipheriv('aes-128-cbc', keys.subarray(0, 16), keys.subarray(16))
    assert.match(decipher.update(data, 'base64', 'utf8') + decipher.final('utf8'), /connect_ssid/)
    assert.equal((await probe(device, probeWith('no key'))).get(device.host)?.encrypt_info, undefined)
  })

  it('answers a broadcast from each device that speaks newer protocols', async () => {
    const older = simulator.addPlug()
    const newer = [simulator.addPlug({ speaks: 'klap-2' }), simulator.addPlug({ model: 'P110(EU)' })]
    await simulator.start()
    const answered = await probe({ host: LOOPBACK_BROADCAST, port: simulator.port }, OLD_PROBE, newer.length)
    assert.deepEqual([...answered.keys()].sort(), newer.map(({ host }) => host).sort())
    assert.deepEqual([older.requests.probes, newer[0]?.requests.probes], [0, 1])
  })

  it('is not answered to a packet that is spoilt, and not by a device in silence', async () => {
    const device = simulator.addPlug({ speaks: 'klap-2' })
    await simulator.start()
    const spoilt = Buffer.from(OLD_PROBE)
    spoilt.writeUInt8(0, 15)
    device.behave({ kind: 'silence' })
    const socket = createSocket('udp4')
    for (const packet of [spoilt, OLD_PROBE]) socket.send(packet, device.port, device.host)
    while (device.requests.probes === 0) await new Promise((resolve) => setImmediate(resolve))
    socket.close()
    device.behave()
    assert.equal((await probe(device, OLD_PROBE)).size, 1)
    assert.equal(device.requests.probes, 2)
  })

  it('names another device where an address has changed hands', async () => {
    const device = simulator.addPlug({ speaks: 'klap-2' })
    await simulator.start()
    device.behave({ kind: 'other-device', device_id: 'F', mac: '00:11:22:33:44:55' })
    assert.equal((await probe(device, OLD_PROBE)).get(device.host)?.mac, '00-11-22-33-44-55')
  })

  it('wakes a device whose HTTP server sleeps', async () => {
    const device = simulator.addPlug({ model: 'P110(EU)', asleep: true })
    await simulator.start()
    await assert.rejects(open(device), { code: 'ECONNREFUSED' })
    await Promise.all([probe(device, OLD_PROBE), probe(device, OLD_PROBE)])
    ;(await open(device)).destroy()
    await device.sleep()
    await assert.rejects(open(device), { code: 'ECONNREFUSED' })
  })
})

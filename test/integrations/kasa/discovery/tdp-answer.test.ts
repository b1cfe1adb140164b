import assert from 'node:assert/strict'
import { createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { before, describe, it } from 'mocha'
import { DEVICE_KINDS } from '../../../../src/domain/device'
import { MonitorError } from '../../../../src/domain/errors'
import type { Dialect } from '../../../../src/integrations/kasa/dialect'
import { DiscoveryKey } from '../../../../src/integrations/kasa/discovery/discovery-key'
import { answerOf, type TdpAnswer } from '../../../../src/integrations/kasa/discovery/tdp-answer'

const FOLDER = join(process.cwd(), '..', 'shared', 'device-dumps')

const PLUG = {
  device_id: 'a1'.repeat(16),
  owner: 'b2'.repeat(16),
  device_type: 'SMART.TAPOPLUG',
  device_model: 'P110(EU)',
  mac: '48-22-54-AB-CD-EF',
  factory_default: false,
  mgt_encrypt_schm: { is_support_https: false, encrypt_type: 'KLAP', http_port: 80, lv: 2 },
}

function parse(result: object, open?: Parameters<typeof answerOf>[1]): TdpAnswer {
  return answerOf(Buffer.from(JSON.stringify({ error_code: 0, result })), open)
}

function dialectFor(scheme: object | undefined, rest: object = {}): Dialect | undefined {
  return parse({ ...PLUG, mgt_encrypt_schm: scheme, ...rest }).dialect
}

describe('an answer to a discovery on port 20002', () => {
  it('says what the device is', () => {
    assert.deepEqual(parse({ ...PLUG, hw_ver: '1.0', firmware_version: '1.3.1' }), {
      mac: '48:22:54:AB:CD:EF',
      model: 'P110(EU)',
      device_type: 'SMART.TAPOPLUG',
      kind: 'plug',
      factory_default: false,
      dialect: { protocol: 'smart', transport: 'klap', port: 80, secure: false },
      firmware: '1.3.1',
      hardware: '1.0',
      owner: PLUG.owner,
      tdp_device_id: PLUG.device_id,
    })
  })

  it('names no owner where there is none', () => {
    assert.equal('owner' in parse({ ...PLUG, owner: '' }), false)
  })

  const DIALECTS: readonly (readonly [what: string, scheme: object | undefined, rest: object, dialect: object])[] = [
    ['KLAP without a version', { encrypt_type: 'KLAP', http_port: 80 }, {}, { transport: 'klap' }],
    ['KLAP on a port of its own', { encrypt_type: 'KLAP', http_port: 8080 }, {}, { transport: 'klap', port: 8080 }],
    ['a port that is none', { encrypt_type: 'KLAP', http_port: 70_000 }, {}, { transport: 'klap', port: 80 }],
    [
      'the older commands over KLAP with new hashes',
      { encrypt_type: 'KLAP', http_port: 80, lv: 2, new_klap: 1 },
      { device_type: 'IOT.SMARTPLUGSWITCH' },
      { transport: 'klap', protocol: 'iot' },
    ],
    [
      'a vacuum robot over HTTPS',
      { encrypt_type: 'KLAP', is_support_https: true, http_port: 4433, lv: 2 },
      { device_type: 'SMART.TAPOROBOVAC' },
      { transport: 'klap', port: 4433, secure: true },
    ],
    ['HTTPS without a port', { encrypt_type: 'KLAP', is_support_https: true }, {}, { port: 4433, secure: true }],
    ['AES of the first version', { encrypt_type: 'AES', http_port: 80 }, {}, { transport: 'aes' }],
    ['AES with lv', { encrypt_type: 'AES', lv: 2 }, {}, { transport: 'aes', login_version: 2 }],
    [
      'AES with a list of versions',
      { encrypt_type: 'AES' },
      { encrypt_type: ['1', '2'] },
      { transport: 'aes', login_version: 2 },
    ],
    ['AES with a version that nobody knows', { encrypt_type: 'AES' }, { encrypt_type: ['3'] }, { transport: 'aes' }],
    [
      'a scheme that is told in encrypt_info alone',
      { is_support_https: false },
      { encrypt_info: { sym_schm: 'AES', key: '', data: '' } },
      { transport: 'aes' },
    ],
  ]
  for (const [what, scheme, rest, dialect] of DIALECTS) {
    it(`tells of ${what}`, () => {
      const found = dialectFor(scheme, rest)
      assert.deepEqual({ ...found, ...dialect }, found)
      assert.equal(found?.login_version, (dialect as Partial<Dialect>).login_version)
    })
  }

  it('may give no clue about how the device is spoken to', () => {
    const { dialect, unsupported } = parse({ ...PLUG, mgt_encrypt_schm: undefined })
    assert.deepEqual({ dialect, unsupported }, { dialect: undefined, unsupported: undefined })
  })

  describe('of a device that wants TPAP', () => {
    const scheme = { is_support_https: false, encrypt_type: 'TPAP', http_port: 80, lv: 2 }
    const tpap = { tls: 0, dac: 1, noc: 1, pake: [2], port: 8080 }
    const answer = (rest: object) => parse({ ...PLUG, mgt_encrypt_schm: scheme, ...rest })
    const dialect = { protocol: 'smart', transport: 'tpap', port: 8080, secure: false }

    it('tells how and where it is spoken to', () => {
      assert.deepEqual(answer({ tpap }).dialect, dialect)
      assert.deepEqual(answer({ tpap: { ...tpap, tls: 1 } }).dialect, { ...dialect, secure: true })
      assert.deepEqual(answer({ tpap: { ...tpap, pake: [0], port: undefined } }).dialect, { ...dialect, port: 80 })
      assert.deepEqual(answer({}).dialect, { ...dialect, port: 80 })
    })

    const CLOSED: readonly (readonly [what: string, rest: object])[] = [
      ['a certificate of its maker', { tpap: { ...tpap, tls: 2 } }],
      ['a passcode that only its maker knows', { tpap: { ...tpap, pake: [3] } }],
      ['no passcode at all', { tpap: { ...tpap, pake: undefined } }],
      ['the older commands', { tpap, device_type: 'IOT.SMARTPLUGSWITCH' }],
    ]
    for (const [what, rest] of CLOSED) {
      it(`and ${what} tells what to switch on in the app`, () => {
        const { dialect: found, unsupported } = answer(rest)
        assert.deepEqual([found, unsupported?.code], [undefined, 'DEVICE_UNSUPPORTED'])
        assert.match(unsupported?.reason ?? '', /Third-Party Compatibility/)
      })
    }
  })

  it('of a device that could do TPAP and speaks KLAP is taken at its word', () => {
    assert.equal(parse({ ...PLUG, tpap: { tls: 0, pake: [2], port: 80 } }).dialect?.transport, 'klap')
  })

  const UNSUPPORTED: readonly (readonly [what: string, result: object])[] = [
    ['cameras', { device_type: 'SMART.IPCAMERA', mgt_encrypt_schm: { is_support_https: true } }],
    ['older cameras', { device_type: 'IOT.IPCAMERA', mgt_encrypt_schm: { encrypt_type: 'AES' } }],
    ['doorbells', { device_type: 'SMART.TAPODOORBELL', mgt_encrypt_schm: { is_support_https: true } }],
    ['AES over HTTPS', { mgt_encrypt_schm: { encrypt_type: 'AES', is_support_https: true, http_port: 443 } }],
    [
      'hubs that speak as cameras do',
      {
        device_type: 'SMART.TAPOHUB',
        mgt_encrypt_schm: { is_support_https: true },
        encrypt_info: { sym_schm: 'AES', key: '', data: '' },
        encrypt_type: ['3'],
      },
    ],
    [
      'locks that do not tell how they speak over HTTPS',
      { device_type: 'SMART.TAPOLOCK', mgt_encrypt_schm: { is_support_https: true }, encrypt_type: ['3'] },
    ],
    ['an unheard-of encryption', { mgt_encrypt_schm: { encrypt_type: 'ROT13' } }],
  ]
  for (const [what, result] of UNSUPPORTED) {
    it(`says that ${what} cannot be spoken to`, () => {
      const { dialect, unsupported } = parse({ ...PLUG, ...result })
      assert.deepEqual([dialect, unsupported?.code], [undefined, 'DEVICE_UNSUPPORTED'])
    })
  }

  it('of a hub that cannot be spoken to tells which hubs can', () => {
    const scheme = { is_support_https: true }
    const { kind, unsupported } = parse({ ...PLUG, device_type: 'SMART.TAPOHUB', mgt_encrypt_schm: scheme })
    assert.equal(kind, 'hub')
    assert.match(unsupported?.reason ?? '', /H200, H500.*H100/)
  })

  const KINDS: readonly (readonly [device_type: string, model: string, kind: string])[] = [
    ['IOT.SMARTPLUGSWITCH', 'HS100(UK)', 'plug'],
    ['IOT.SMARTPLUGSWITCH', 'HS300(US)', 'strip'],
    ['IOT.SMARTPLUGSWITCH', 'KP405(US)', 'dimmer'],
    ['IOT.SMARTPLUGSWITCH', 'HS200(US)', 'switch'],
    ['IOT.SMARTPLUGSWITCH', 'KS200M(US)', 'switch'],
    ['IOT.SMARTPLUGSWITCH', 'HS220(US)', 'dimmer'],
    ['IOT.SMARTPLUGSWITCH', 'ES20M(US)', 'dimmer'],
    ['IOT.SMARTBULB', 'KL130(EU)', 'bulb'],
    ['IOT.SMARTBULB', 'KL430(US)', 'light-strip'],
    ['SMART.KASASWITCH', 'KS225(US)', 'dimmer'],
    ['SMART.KASASWITCH', 'KS240(US)', 'switch'],
    ['SMART.KASAHUB', 'KH100(EU)', 'hub'],
    ['SMART.TAPOPLUG', 'P316M(US)', 'strip'],
    ['SMART.TAPOPLUG', 'P135(US)', 'dimmer'],
    ['SMART.TAPOROBOVAC', 'RV30(US)', 'other'],
    ['SMART.TAPOCHIME', 'D100C(US)', 'other'],
  ]
  for (const [device_type, device_model, kind] of KINDS) {
    it(`of ${device_model} tells its kind: ${kind}`, () =>
      assert.equal(parse({ ...PLUG, device_type, device_model }).kind, kind))
  }

  it('is refused where it does not say which device it is from', () => {
    for (const result of [{}, { ...PLUG, mac: undefined }, { ...PLUG, mac: '12' }, { ...PLUG, device_type: 7 }]) {
      assert.throws(() => parse(result), { code: 'REPLY_INVALID' })
    }
    assert.throws(() => answerOf(Buffer.from(JSON.stringify({ error_code: -1, result: PLUG }))), {
      code: 'REPLY_INVALID',
    })
  })

  it('of any bytes is read or refused with a code', () => {
    const keys = ['encrypt_type', 'encrypt_info', 'mgt_encrypt_schm', 'owner', 'device_model', 'firmware_version']
    const hostile = fc.record(Object.fromEntries(keys.map((key) => [key, fc.jsonValue()])), { requiredKeys: [] })
    const payloads = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
      hostile.map((result) => Buffer.from(JSON.stringify({ error_code: 0, result: { ...PLUG, ...result } }))),
    )
    fc.assert(
      fc.property(payloads, (payload) => {
        try {
          const answer = answerOf(Buffer.from(payload))
          assert.ok(DEVICE_KINDS.includes(answer.kind))
          assert.ok(!answer.dialect || !answer.unsupported)
        } catch (thrown) {
          assert.ok(thrown instanceof MonitorError, String(thrown))
        }
      }),
    )
  })
})

describe('what a device encrypts for whoever asked', () => {
  const key = new DiscoveryKey()
  let public_key: string
  before(async () => {
    public_key = await key.publicKey()
  })

  function encrypt(text: string) {
    const secret = randomBytes(32)
    const cipher = createCipheriv('aes-128-cbc', secret.subarray(0, 16), secret.subarray(16))
    const data = Buffer.concat([cipher.update(text), cipher.final()]).toString('base64')
    return { sym_schm: 'AES', key: publicEncrypt(public_key, secret).toString('base64'), data }
  }

  it('is read', () => {
    const encrypt_info = encrypt(JSON.stringify({ owner: 'c3'.repeat(16), http_port: 8080, connect_ssid: 'Home' }))
    const hub = { ...PLUG, owner: undefined, device_type: 'SMART.TAPOHUB', mgt_encrypt_schm: {}, encrypt_info }
    const answer = parse(hub, key.open)
    assert.equal(answer.owner, 'c3'.repeat(16))
    assert.equal(answer.dialect?.port, 8080)
    assert.ok(!JSON.stringify(answer).includes('Home'))
  })

  it('is passed over where it is for somebody else, or damaged', () => {
    const info = encrypt('{}')
    assert.deepEqual(key.open(info), {})
    assert.equal(new DiscoveryKey().open(info), undefined)
    for (const other of [{}, { ...info, key: 'AAAA' }, { ...info, data: 'AAAA' }, encrypt('no JSON'), encrypt('[1]')]) {
      assert.equal(key.open(other), undefined)
    }
  })

  it('has one key for as long as the session lasts', async () => {
    assert.equal(await key.publicKey(), public_key)
    assert.match(public_key, /^-----BEGIN PUBLIC KEY-----\n/)
  })
})

interface Dump {
  readonly discovery_result?: { readonly result: TdpAnswer & { readonly mgt_encrypt_schm: Record<string, unknown> } }
}

describe('recorded answers to discoveries', () => {
  if (!existsSync(FOLDER)) {
    it.skip(`not run: no recordings in ${FOLDER}`)
    return
  }
  for (const protocol of ['iot', 'smart'] as const) {
    for (const file of readdirSync(join(FOLDER, protocol))) {
      const dump = JSON.parse(readFileSync(join(FOLDER, protocol, file), 'utf8')) as Dump
      const result = dump.discovery_result?.result
      if (!result) continue

      it(`say how ${file} is spoken to`, () => {
        const { dialect, unsupported, model, kind } = parse(result)
        const { encrypt_type, lv } = result.mgt_encrypt_schm
        const transport = encrypt_type === 'AES' ? 'aes' : 'klap'
        const login = transport === 'aes' && lv === 2 ? { login_version: 2 } : {}
        assert.deepEqual(dialect, { protocol, transport, port: 80, secure: false, ...login })
        assert.equal(unsupported, undefined)
        assert.ok(file.startsWith(model))
        assert.notEqual(kind, 'other')
      })
    }
  }
})

import fc from 'fast-check'
import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { isIPv4 } from 'node:net'
import { MonitorError } from '../../src/domain/errors'
import { broadcastAddresses, expandTargets, MAXIMUM_TARGETS, parseHost } from '../../src/integrations/targets'

const origin = { code: 'CONFIG_INVALID', field: 'targets' } as const
const expand = (text: string) => expandTargets(text, origin, () => ['192.0.2.255'])
const refused = (value: string) => (error: unknown) =>
  error instanceof MonitorError && error.code === 'CONFIG_INVALID' && error.details.value === value

describe('Targets of discovery', () => {
  it('takes addresses, names, ranges, networks and lan, each address once', () => {
    assert.deepEqual(expand('127.0.0.1, plug.local;127.0.0.1\n 127.0.0.5-7 127.0.0.9-127.0.0.10'), [
      '127.0.0.1',
      'plug.local',
      '127.0.0.5',
      '127.0.0.6',
      '127.0.0.7',
      '127.0.0.9',
      '127.0.0.10',
    ])
    assert.deepEqual(expand('lan 192.0.2.255'), ['192.0.2.255'])
    assert.deepEqual(expand('fd00::1'), ['fd00::1'])
    assert.deepEqual(expand(''), [])
  })

  it('leaves the network and broadcast addresses out of a network', () => {
    assert.deepEqual(expand('10.0.0.5/30'), ['10.0.0.5', '10.0.0.6'])
    assert.deepEqual(expand('10.0.0.4/31'), ['10.0.0.4', '10.0.0.5'])
    assert.deepEqual(expand('10.0.0.4/32'), ['10.0.0.4'])
  })

  for (const wrong of [
    '300.1.1.1',
    '127.1',
    '2130706433',
    '10.0.0.0/33',
    '10.0.0.9-5',
    '10.0.0.1-300',
    '10.0.0.0/15',
    '10.0.0.0-10.1.134.159',
    '0x7f.1',
    '-plug',
    'a_b!c',
    '0.0.0.0/0',
  ]) {
    it(`names '${wrong}' as what it cannot search`, () => {
      assert.throws(() => expand(`127.0.0.1 ${wrong}`), refused(wrong))
    })
  }

  it('counts every part together', () => {
    assert.equal(expand('10.0.0.0/20').length, MAXIMUM_TARGETS - 2)
    assert.throws(() => expand('10.0.0.0/20 10.9.0.0/24'), refused('10.9.0.0/24'))
  })

  it('answers any text with addresses within the bound, or with an error that names the field', () => {
    const piece = fc.oneof(fc.string(), fc.ipV4(), fc.ipV4Extended(), fc.domain(), fc.constantFrom('/8', '-9', 'lan'))
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          assert.ok(expand(pieces.join('')).length <= MAXIMUM_TARGETS)
        } catch (error) {
          assert.ok(error instanceof MonitorError)
          assert.equal(error.details.field, 'targets')
        }
      }),
    )
  })

  it('finds as many addresses in a range as lie in it', () => {
    fc.assert(
      fc.property(fc.nat(255), fc.nat(255), (one, other) => {
        const [first, last] = [Math.min(one, other), Math.max(one, other)]
        const found = expand(`10.1.2.${first}-${last}`)
        assert.equal(found.length, last - first + 1)
        assert.ok(found.every(isIPv4))
      }),
    )
  })
})

describe('A host', () => {
  it('is an address or a name', () => {
    for (const host of ['127.0.0.1', '::1', 'plug', 'plug-3.example.org', ' 127.0.0.1 ']) {
      assert.equal(parseHost(host, origin), host.trim())
    }
  })

  for (const wrong of ['300.1.1.1', '', 'a b', 'http://plug', '127.1', 'plug:9999', `${'a'.repeat(64)}.b`, 7, null]) {
    it(`is not ${JSON.stringify(wrong)}`, () => {
      assert.throws(() => parseHost(wrong, { code: 'INPUT_INVALID', field: 'hosts.0.host' }), /hosts\.0\.host/)
    })
  }
})

describe('The local network', () => {
  it('is the broadcast address of each IPv4 interface but loopback', () => {
    const network = (address: string, netmask: string, internal = false) =>
      ({ address, netmask, family: 'IPv4', mac: '', internal, cidr: null }) as const
    const six = {
      address: 'fe80::1',
      netmask: '',
      family: 'IPv6',
      mac: '',
      internal: false,
      cidr: null,
      scopeid: 1,
    } as const
    const interfaces = {
      lo: [network('127.0.0.1', '255.0.0.0', true)],
      eth0: [network('192.168.7.20', '255.255.255.0'), six],
      wlan0: [network('10.1.200.3', '255.255.128.0')],
    }
    assert.deepEqual(broadcastAddresses(interfaces), ['192.168.7.255', '10.1.255.255'])
  })
})

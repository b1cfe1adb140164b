import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Incident } from '../../../src/alerting/incidents/incident'
import { Bench, ruleOf, ToldWatch } from './watched-devices'

const SECOND = 1000
const MINUTE = 60 * SECOND
const OFFLINE = { id: 'offline', name: '', many_from: 4, condition: { kind: 'offline' } }

/** Plugs of which four at once are one incident. */
class Plugs extends Bench {
  readonly watches = new Map<string, ToldWatch>()

  plug(name: string): ToldWatch {
    const known = this.watches.get(name)
    if (known) return known
    const watch = new ToldWatch(ruleOf(OFFLINE), name, name.toUpperCase())
    watch.evidence = () => ({})
    this.watches.set(name, watch)
    return watch
  }

  goOff(names: string): void {
    for (const name of names) this.say(this.plug(name), 'raised')
  }

  comeBack(names: string): void {
    for (const name of names) this.say(this.plug(name), 'resolved')
  }

  wait(ms: number): void {
    this.clock.advance(ms)
  }

  open(): string[] {
    return this.book.open().map(({ device_id }) => device_id)
  }

  many(): Incident {
    const many = this.book.open().find(({ device_id }) => device_id === '*')
    assert.ok(many, 'there is no incident of many')
    return many
  }
}

function storm(): Plugs {
  const plugs = new Plugs()
  plugs.goOff('abcdef')
  plugs.wait(10 * SECOND)
  plugs.told.length = 0
  return plugs
}

describe('a few devices that are offline', () => {
  it('are incidents of their own, a little later, since when it was really so', () => {
    const plugs = new Plugs()
    const began = plugs.clock.now()
    plugs.goOff('a')
    plugs.wait(4 * SECOND)
    plugs.goOff('bc')
    assert.deepEqual(plugs.heard(), ['pending a', 'pending b', 'pending c'])
    plugs.wait(6 * SECOND)
    assert.deepEqual(plugs.heard(), ['raised a', 'raised b', 'raised c'])
    assert.deepEqual(
      plugs.book.open().map(({ raised_at, duration_s }) => [raised_at - began, duration_s]),
      [
        [0, 10],
        [4000, 6],
        [4000, 6],
      ],
    )
  })

  it('are none when they are back before anybody was told', () => {
    const plugs = new Plugs()
    plugs.goOff('ab')
    plugs.wait(9 * SECOND)
    plugs.comeBack('ab')
    plugs.wait(MINUTE)
    assert.deepEqual(plugs.heard(), ['pending a', 'pending b', 'cancelled a', 'cancelled b'])
    assert.deepEqual([plugs.book.history(10), plugs.clock.pending], [[], 0])
  })

  it('are told how it stands by then, where that has changed while they waited', () => {
    const plugs = new Plugs()
    plugs.goOff('a')
    plugs.say(plugs.plug('a'), 'recovering')
    plugs.wait(10 * SECOND)
    assert.deepEqual(plugs.heard(), ['pending a', 'raised a', 'recovering a'])
  })

  it('wait for nobody where the rule does not ask for it', () => {
    const bench = new Bench()
    for (const name of 'abcdef') bench.say(new ToldWatch(ruleOf(), name), 'raised')
    assert.equal(bench.book.open().length, 6)
    assert.equal(bench.clock.pending, 0)
  })
})

describe('many devices that are offline at once', () => {
  it('are one incident, with their names and since when the first is gone', () => {
    const plugs = new Plugs()
    const began = plugs.clock.now()
    plugs.goOff('ab')
    plugs.wait(9 * SECOND)
    plugs.goOff('cd')
    plugs.told.length = 0
    plugs.wait(SECOND)
    assert.deepEqual(plugs.heard(), ['cancelled a', 'cancelled b', 'cancelled c', 'cancelled d', 'raised *'])
    const { alias, members, left, raised_at, raised, latest } = plugs.many()
    assert.equal(alias, '4 devices')
    assert.deepEqual([members, left], [{ a: 'A', b: 'B', c: 'C', d: 'D' }, {}])
    assert.deepEqual([raised_at, raised, latest], [began, { facts: { devices: 4 } }, { facts: { devices: 4 } }])
  })

  it('take up those that were told of before, which is no news', () => {
    const plugs = new Plugs()
    plugs.goOff('ab')
    plugs.wait(MINUTE)
    plugs.goOff('cd')
    plugs.told.length = 0
    plugs.wait(10 * SECOND)
    const joined = plugs.book.history(10).map(({ device_id, ended_by }) => [device_id, ended_by])
    assert.deepEqual(joined, [
      ['b', 'joined'],
      ['a', 'joined'],
    ])
    assert.deepEqual(plugs.heard(), ['resolved a', 'resolved b', 'cancelled c', 'cancelled d', 'raised *'])
    assert.deepEqual(Object.keys(plugs.many().members ?? {}), ['c', 'd', 'a', 'b'])
  })

  it('leave out what somebody has acknowledged: that is known, and no part of what is new', () => {
    const plugs = new Plugs()
    plugs.goOff('ab')
    plugs.wait(MINUTE)
    plugs.book.acknowledge({ device: 'a' })
    plugs.goOff('cd')
    plugs.wait(MINUTE)
    assert.deepEqual(plugs.open(), ['a', 'b', 'c', 'd'])
    plugs.goOff('e')
    plugs.wait(MINUTE)
    assert.deepEqual(plugs.open(), ['a', '*'])
  })

  it('are joined by those that follow, and left by those that come back, until nobody is left', () => {
    const plugs = storm()
    plugs.goOff('g')
    assert.deepEqual(plugs.heard(), ['members *'])
    assert.equal(plugs.many().alias, '7 devices')
    plugs.comeBack('ab')
    plugs.goOff('a')
    const { members, left } = plugs.many()
    assert.deepEqual([Object.keys(members ?? {}).join(''), Object.keys(left ?? {}).join('')], ['cdefga', 'b'])
    plugs.told.length = 0
    plugs.comeBack('acdefg')
    assert.deepEqual(plugs.heard(), [...new Array<string>(5).fill('members *'), 'resolved *'])
    const [over] = plugs.book.history(1)
    assert.deepEqual([over?.alias, over?.ended_by, over?.members], ['7 devices', undefined, {}])
    assert.deepEqual(Object.values(over?.left ?? {}).join(''), 'BACDEFG')
    assert.deepEqual([plugs.open(), plugs.clock.pending], [[], 0])
  })

  it('are incidents of their own again when few have been left for five minutes, and those are not announced', () => {
    const plugs = storm()
    plugs.wait(MINUTE)
    plugs.book.acknowledge({}, 'Ada')
    plugs.comeBack('abcde')
    const { id } = plugs.many()
    plugs.told.length = 0
    plugs.wait(5 * MINUTE)
    assert.deepEqual(plugs.heard(), ['resolved *', 'raised f'])
    const [over] = plugs.book.history(1)
    assert.deepEqual([over?.ended_by, over?.alias, over?.members], ['parted', '1 device', { f: 'F' }])
    const [alone] = plugs.book.open()
    assert.deepEqual([alone?.parted_from, alone?.acknowledged_by, alone?.duration_s], [id, 'Ada', 370])
    plugs.comeBack('f')
    assert.deepEqual(plugs.heard(), ['resolved f'])
    assert.equal(plugs.clock.pending, 0)
  })

  it('stay one while they are not few for long enough', () => {
    const plugs = storm()
    plugs.comeBack('abcde')
    plugs.wait(4 * MINUTE)
    plugs.goOff('a')
    plugs.wait(10 * MINUTE)
    assert.deepEqual(plugs.open(), ['*'])
    plugs.comeBack('a')
    plugs.wait(5 * MINUTE - 1)
    assert.deepEqual(plugs.open(), ['*'])
    plugs.wait(1)
    assert.deepEqual(plugs.open(), ['f'])
  })

  it('are as grave as the gravest, and no longer acknowledged when that gets worse', () => {
    const plugs = storm()
    plugs.book.acknowledge({})
    plugs.plug('c').level = 2
    plugs.say(plugs.plug('c'), 'escalated')
    assert.deepEqual(plugs.heard(), ['acknowledged *', 'unacknowledged *', 'escalated *'])
    plugs.plug('d').level = 2
    plugs.say(plugs.plug('d'), 'escalated')
    plugs.plug('g').level = 3
    plugs.goOff('g')
    assert.deepEqual(plugs.heard(), ['members *', 'escalated *'])
    assert.equal(plugs.many().level, 3)
  })

  it('are not told of each step of each of them', () => {
    const plugs = storm()
    for (const change of ['recovering', 'relapsed', 'flapping', 'steady'] as const) plugs.say(plugs.plug('a'), change)
    assert.deepEqual(plugs.heard(), [])
  })

  it('end as one when their rule is gone', () => {
    const plugs = storm()
    plugs.book.endRule('offline', 'rule_disabled')
    assert.deepEqual(plugs.heard(), ['resolved *'])
    plugs.comeBack('abcdef')
    assert.deepEqual([plugs.heard(), plugs.open(), plugs.clock.pending], [[], [], 0])
  })

  it('name at most two hundred, and count all of them', () => {
    const plugs = new Plugs()
    const names = Array.from({ length: 500 }, (_, index) => `plug${index}`)
    for (const name of names) plugs.say(plugs.plug(name), 'raised')
    plugs.wait(10 * SECOND)
    const { alias, members, latest } = plugs.many()
    assert.deepEqual([alias, Object.keys(members ?? {}).length, latest.facts], ['500 devices', 200, { devices: 500 }])
  })
})

describe('many as one over a restart', () => {
  it('wait for others anew where they waited, and are told once', () => {
    const plugs = new Plugs()
    plugs.goOff('ab')
    plugs.wait(9 * SECOND)
    plugs.restart(MINUTE)
    plugs.told.length = 0
    plugs.goOff('cd')
    plugs.wait(9 * SECOND)
    assert.deepEqual(plugs.heard(), ['pending c', 'pending d'])
    plugs.wait(SECOND)
    assert.equal(plugs.heard().at(-1), 'raised *')
    assert.equal(plugs.many().duration_s, 79)
  })

  it('may be over before anybody was told, with a restart in between', () => {
    const plugs = new Plugs()
    plugs.goOff('a')
    plugs.restart()
    plugs.comeBack('a')
    assert.deepEqual(plugs.heard(), ['pending a', 'cancelled a'])
    assert.equal(plugs.clock.pending, 0)
  })

  it('go on as one, without a word', () => {
    const plugs = storm()
    plugs.book.acknowledge({}, 'Ada')
    plugs.comeBack('ab')
    const before = plugs.many()
    plugs.told.length = 0
    assert.equal(plugs.restart(MINUTE), 0)
    assert.deepEqual(plugs.many(), { ...before, duration_s: before.duration_s + 60 })
    assert.deepEqual(plugs.heard(), [])
    plugs.goOff('x')
    plugs.comeBack('cdefx')
    assert.equal(plugs.heard().at(-1), 'resolved *')
  })

  it('part after it when few were left before it', () => {
    const plugs = storm()
    plugs.comeBack('abcde')
    plugs.restart()
    plugs.wait(5 * MINUTE)
    assert.deepEqual(plugs.open(), ['f'])
  })
})

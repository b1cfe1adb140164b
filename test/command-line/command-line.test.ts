import assert from 'node:assert/strict'
import { Ajv } from 'ajv'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { type Reading, READING_SCHEMA } from '../../src/domain/reading'
import { LOOPBACK_BROADCAST, Simulator } from '../../src/simulator'
import { kasaMonitor } from './kasa-monitor'

describe('kasa-monitor', function () {
  this.timeout(30_000)
  let simulator: Simulator

  beforeEach(() => {
    simulator = new Simulator({ port: 0 })
  })
  afterEach(() => simulator.stop())

  async function run(...words: string[]) {
    await simulator.start()
    return await kasaMonitor([...words, '--port', String(simulator.port)])
  }

  describe('discover', () => {
    it('prints what it finds, one finding per line', async () => {
      const [plug, strip] = [simulator.addPlug({ alias: 'Fridge' }), simulator.addStrip()]
      const { code, lines, errors } = await run(
        ...['discover', '--json', '--target', LOOPBACK_BROADCAST, '--timeout-ms', '500'],
      )
      const findings = lines.map((line) => JSON.parse(line) as { device: { device_id: string } })
      assert.deepEqual(findings.map(({ device }) => device.device_id).sort(), [plug.device_id, strip.device_id].sort())
      assert.deepEqual([code, errors], [0, []])
    })

    it('asks single addresses and ranges, and prints a table', async () => {
      simulator.addPlug({ host: '127.77.4.1', alias: 'Fridge' })
      simulator.addBulb({ host: '127.77.4.9', alias: 'Lamp' })
      simulator.addPlug({ host: '127.77.4.20', alias: 'Not asked' })
      const { lines } = await run(
        ...['discover', '--target', '127.77.4.1', '--target', '127.77.4.5-12', '--timeout-ms', '500'],
      )
      assert.match(lines[0] ?? '', /^host +alias +model +kind +state +device id$/)
      const rows = lines.slice(1).sort()
      assert.match(rows[0] ?? '', /^127\.77\.4\.1 +Fridge +KP115\(EU\) +plug +on +[0-9A-F]{40}$/)
      assert.match(rows[1] ?? '', /^127\.77\.4\.9 +Lamp +KL130\(EU\) +bulb +on /)
      assert.equal(rows.length, 2)
    })

    it('shows newer devices, which keep name and id to themselves, by model and MAC', async () => {
      const { host, mac } = simulator.addPlug({ host: '127.77.6.1', model: 'P110(EU)', alias: 'Fridge' })
      const { lines } = await run('discover', '--target', host, '--timeout-ms', '500')
      const [title, row] = lines.map((line) => line.split(/ {2,}/))
      assert.deepEqual(title, ['host', 'alias', 'model', 'kind', 'device id'])
      assert.deepEqual(row, [host, 'P110(EU)', 'P110(EU)', 'plug', mac.replaceAll('-', ':')])
    })

    it('shows what it does not understand as unsupported, and says when nobody answered', async () => {
      simulator.addPlug({ host: '127.77.5.1' }).behave({ kind: 'not-json' })
      const strange = await run('discover', '--target', '127.77.5.1', '--timeout-ms', '300')
      assert.match(strange.lines[1] ?? '', /^127\.77\.5\.1 +unsupported/)
      const nobody = await run('discover', '--target', '127.77.5.2', '--timeout-ms', '300')
      assert.deepEqual(
        [nobody.code, nobody.lines, nobody.errors],
        [0, [], ['kasa-monitor: no device answered at 127.77.5.2']],
      )
    })
  })

  describe('poll', () => {
    it('prints one reading per line with the keys of the vocabulary', async () => {
      const plug = simulator.addPlug({ alias: 'Heater', power: 1000, counter_wh: 2500 })
      const bulb = simulator.addBulb({ brightness_pct: 40 })
      const { code, lines } = await run('poll', plug.host, bulb.host, '--json')
      const readings = lines.map((line) => JSON.parse(line) as Reading)
      const validate = new Ajv({ allowUnionTypes: true }).compile(READING_SCHEMA)
      for (const reading of readings) assert.ok(validate(reading), JSON.stringify(validate.errors))
      assert.equal(code, 0)
      assert.deepEqual(
        readings.map(({ device_id, on, power_w, energy_total_kwh, brightness_pct }) => ({
          ...{ device_id, on, power_w, energy_total_kwh, brightness_pct },
        })),
        [
          { device_id: plug.device_id, on: true, power_w: 1000, energy_total_kwh: 2.5, brightness_pct: undefined },
          { device_id: bulb.device_id, on: true, power_w: 4, energy_total_kwh: undefined, brightness_pct: 40 },
        ],
      )
    })

    it('prints a strip and each of its outlets once, or the outlet asked for', async () => {
      const outlets = [
        { alias: 'Router', power: 7 },
        { alias: 'Screen', on: false },
      ]
      const strip = simulator.addStrip({ alias: 'Desk', outlets })
      const plain = simulator.addStrip({ model: 'EP40(US)', alias: 'Garden' })
      const { lines } = await run('poll', strip.host, plain.host, '--json')
      const readings = lines.map((line) => JSON.parse(line) as Reading)
      const ids = [strip, plain].flatMap((device) => [device.device_id, ...device.outlets.map((outlet) => outlet.id)])
      assert.deepEqual(
        readings.map((reading) => reading.device_id),
        ids,
      )
      assert.equal(readings[1]?.parent_id, strip.device_id)
      const [own, ...metered] = readings.slice(0, 3).map(({ power_w }) => Number(power_w))
      assert.ok(Math.abs(Number(own) - metered.reduce((sum, power_w) => sum + power_w)) < 0.001)
      const one = await run('poll', strip.host, '--json', '--outlet', '00')
      assert.deepEqual(
        one.lines.map((line) => (JSON.parse(line) as Reading).alias),
        ['Router'],
      )
    })

    it('prints an aligned table with units', async () => {
      simulator.addPlug({ host: '127.77.6.1', alias: 'Heater', power: 1150 })
      simulator.addDimmer({ host: '127.77.6.20', alias: 'Hallway', on: false })
      const { lines } = await run('poll', '127.77.6.1', '127.77.6.20')
      assert.match(lines[0] ?? '', /^host +device +model +state +power +voltage +current .*brightness +signal +took$/)
      assert.match(lines[1] ?? '', /^127\.77\.6\.1 +Heater +KP115\(EU\) +on +1150\.0 W +\d+\.\d V +\d\.\d{3} A/)
      assert.match(lines[2] ?? '', /^127\.77\.6\.20 +Hallway +HS220\(US\) +off +100 %/)
      assert.equal(lines[1]?.indexOf('Heater'), lines[2]?.indexOf('Hallway'))
    })

    it('polls as often as asked over one connection, and sends nothing that could change a device', async () => {
      const plug = simulator.addPlug()
      const { lines } = await run('poll', plug.host, '--json', '--count', '2', '--interval-s', '1')
      assert.equal(lines.length, 2)
      assert.deepEqual([plug.requests.connections, plug.requests.max_in_flight], [1, 1])
      assert.deepEqual(plug.requests.commands, [])
    })

    it('reports a device that fails and prints the others', async () => {
      const plug = simulator.addPlug({ alias: 'There' })
      const silent = simulator.addPlug()
      silent.behave({ kind: 'silence' })
      const { code, lines, errors } = await run('poll', silent.host, plug.host, '--json', '--timeout-ms', '1000')
      assert.equal(code, 1)
      assert.equal((JSON.parse(lines[0] ?? '') as Reading).alias, 'There')
      assert.equal(errors.length, 1)
      assert.match(errors[0] ?? '', /^kasa-monitor: REPLY_TIMEOUT: /)
      assert.ok(errors[0]?.includes(silent.host))
    })

    it('lets no control sequence of a device reach the terminal', async () => {
      const plug = simulator.addPlug({ alias: 'Red\u001b[31m\u0007\nalert' })
      const { lines, errors } = await run('poll', plug.host)
      assert.equal(lines.length, 2)
      assert.doesNotMatch([...lines, ...errors].join(''), /\p{Cc}/u)
    })
  })

  describe('command', () => {
    it('switches, dims, colours and renames, and prints the confirmed state', async () => {
      const plug = simulator.addPlug()
      const bulb = simulator.addBulb()
      const off = await run('command', plug.host, 'off', '--json')
      assert.equal((JSON.parse(off.lines[0] ?? '') as Reading).on, false)
      assert.equal(plug.on, false)
      const color = await run('command', bulb.host, 'color', '240', '75', '30', '--json')
      const { hue_deg, saturation_pct, brightness_pct } = JSON.parse(color.lines[0] ?? '') as Reading
      assert.deepEqual(
        { hue_deg, saturation_pct, brightness_pct },
        { hue_deg: 240, saturation_pct: 75, brightness_pct: 30 },
      )
      await run('command', plug.host, 'alias', 'Tea kettle')
      assert.equal(plug.alias, 'Tea kettle')
      assert.equal((await run('command', plug.host, 'led', 'off')).code, 0)
      assert.equal((await run('command', plug.host, 'countdown', '60', 'on')).code, 0)
      assert.ok(plug.requests.commands.includes('count_down.add_rule'))
    })

    it('runs an effect on a light strip, and says which there are', async () => {
      const strip = simulator.addLightStrip()
      assert.equal((await run('command', strip.host, 'effect', 'Candy Cane')).code, 0)
      const unknown = await run('command', strip.host, 'effect', 'Disco')
      assert.equal(unknown.code, 1)
      assert.match(unknown.errors[0] ?? '', /COMMAND_UNSUPPORTED: .*'Disco'; it has off, Aurora, /)
    })

    it('switches one outlet of a strip', async () => {
      const strip = simulator.addStrip({ model: 'KP303(UK)' })
      assert.equal((await run('command', strip.host, 'off', '--outlet', '01')).code, 0)
      assert.deepEqual(
        strip.outlets.map((outlet) => outlet.on),
        [true, false, true],
      )
      const { code, errors } = await run('command', strip.host, 'off', '--outlet', '07')
      assert.equal(code, 2)
      assert.match(errors[0] ?? '', /INPUT_INVALID: --outlet: "07" is not allowed; expected one of /)
    })

    it('fails with the reason where the device cannot do it or does not obey', async () => {
      const plug = simulator.addPlug()
      const dimmed = await run('command', plug.host, 'brightness', '40')
      assert.deepEqual([dimmed.code, dimmed.errors.length], [1, 1])
      assert.match(dimmed.errors[0] ?? '', /COMMAND_UNSUPPORTED: /)
      plug.behave({ kind: 'ignore-commands' })
      const ignored = await run('command', plug.host, 'off')
      assert.equal(ignored.code, 1)
      assert.match(ignored.errors[0] ?? '', /COMMAND_NOT_CONFIRMED: /)
    })
  })
})

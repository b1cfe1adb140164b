import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { parseArguments } from '../../src/command-line/arguments'
import { run } from '../../src/command-line/run'
import { broadcastAddresses } from '../../src/integrations/targets'
import { kasaMonitor } from './kasa-monitor'

const HOST = '127.77.7.1'

/** What is typed, and what the one line on the error stream must name. */
const WRONG: readonly (readonly [words: string[], ...named: string[]])[] = [
  [['fetch'], '"fetch"', 'discover, poll, command, simulate'],
  [['poll'], 'HOST'],
  [['poll', '300.1.1.1'], 'HOST', '"300.1.1.1"'],
  [['poll', HOST, '--port', '70000'], '--port', '70000', '1 to 65535'],
  [['poll', HOST, '--port', 'abc'], '--port', '"abc"'],
  [['poll', HOST, '--interval-s', '0'], '--interval-s', '0', '1 to 86400'],
  [['poll', HOST, '--count', '1.5'], '--count', '1.5'],
  [['poll', HOST, '--count', '2', '--watch'], '--count', '--watch'],
  [['poll', HOST, '--timeout-ms', '5'], '--timeout-ms', '5', '100 to 600000'],
  [['poll', HOST, '--cuont', '2'], '--cuont'],
  [['poll', HOST, '--count'], '--count'],
  [['discover', '--target', '10.0.0.0/8'], '--target', '"10.0.0.0/8"', '4096'],
  [['discover', '--target', '300.1.1.1'], '--target', '"300.1.1.1"'],
  [['discover', '--target', ''], '--target', '""'],
  [['discover', 'more'], '"more"'],
  [['command'], 'HOST'],
  [['command', HOST], 'command', 'on, off, toggle'],
  [['command', HOST, 'fly'], 'command', '"fly"'],
  [['command', HOST, 'brightness', '300'], 'brightness_pct', '300', '0 to 100'],
  [['command', HOST, 'brightness', 'half'], 'brightness_pct', '"half"'],
  [['command', HOST, 'color', '10'], 'saturation_pct'],
  [['command', HOST, 'led', 'maybe'], 'on', '"maybe"'],
  [['command', HOST, 'on', 'now'], '"now"'],
  [['command', HOST, 'alias', ''], 'alias'],
  [['command', HOST, 'countdown', '0', 'on'], 'delay_s', '0', '1 to 86399'],
  [['command', HOST, 'effect'], 'effect'],
  [['command', HOST, 'effect', 'Candy', 'Cane'], '"Cane"'],
  [['command', HOST, 'auto-off', '1441'], 'delay_min', '1441', '0 to 1440'],
  [['simulate', '--duration-s', '-1'], '--duration-s'],
  [['simulate', 'more'], '"more"'],
  [['simulate', '--speaks', 'aes'], '--speaks', '--dump'],
  [['simulate', '--dump', 'x.json', '--speaks', 'klap-3'], '--speaks', '"klap-3"', 'klap-1, klap-2'],
  [['simulate', '--dump', 'no/such.json'], '--dump', 'no/such.json'],
  [['simulate', '--dump', 'package.json'], 'dump', 'get_device_info'],
]

async function runHere(words: readonly string[]) {
  const lines: string[] = []
  const errors: string[] = []
  const output = { line: (text: string) => void lines.push(text), error: (text: string) => void errors.push(text) }
  const code = await run(words, {}, output, new AbortController().signal)
  return { code, lines, errors }
}

describe('kasa-monitor, used wrongly', function () {
  this.timeout(60_000)

  for (const [words, ...named] of WRONG) {
    it(`names what is wrong with '${words.join(' ')}' on one line`, async () => {
      const { code, lines, errors } = await runHere(words)
      assert.deepEqual([code, lines.length, errors.length], [2, 0, 1])
      assert.match(errors[0] ?? '', /^INPUT_INVALID: [^\n]+$/)
      for (const name of named) assert.ok(errors[0]?.includes(name), `${errors[0]} names ${name}`)
    })
  }

  it('ends with 2 and one line on the error stream', async () => {
    assert.deepEqual(await kasaMonitor(['command', HOST, 'brightness', '300']), {
      code: 2,
      lines: [],
      errors: [
        'kasa-monitor: INPUT_INVALID: brightness_pct: 300 is not allowed; expected a whole number from 0 to 100',
      ],
    })
  })

  it('wants both halves of the credentials, and prints neither', async () => {
    const secret = 's3cr3t-CANARY'
    const half = await kasaMonitor(['poll', HOST], { KASA_PASSWORD: secret })
    assert.equal(half.code, 2)
    assert.match(half.errors[0] ?? '', /KASA_USERNAME/)
    const credentials = { KASA_USERNAME: `${secret}-user`, KASA_PASSWORD: secret }
    const results = [half]
    for (const words of [['poll', HOST], ['poll', HOST, '--json'], ['command', HOST, 'on'], ['fly'], ['--help']]) {
      results.push(await kasaMonitor(words, credentials))
    }
    assert.ok(!JSON.stringify(results).includes(secret))
  })

  it('without --target asks every network of this machine', () => {
    const parsed = parseArguments(['discover'], {})
    assert.deepEqual(parsed.name === 'discover' && parsed.targets, broadcastAddresses())
  })

  it('explains itself and tells its version', async () => {
    for (const words of [[], ['--help'], ['poll', '--help']]) {
      const { code, lines } = await kasaMonitor(words)
      assert.equal(code, 0)
      for (const name of ['discover', 'poll', 'command', 'simulate', '--json', '--target', 'KASA_USERNAME']) {
        assert.ok(lines.join('\n').includes(name), name)
      }
    }
    const file = join(__dirname, '../../../package.json')
    const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
    assert.deepEqual((await kasaMonitor(['--version'])).lines, [version])
  })
})

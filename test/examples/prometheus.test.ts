import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { ALL_FAMILIES } from '../../src/metrics/families'
import { PROJECT } from '../support/node-red'
import { promtool, whyNoPromtool } from '../support/prometheus'

const FOLDER = join(PROJECT, 'examples', 'prometheus')
const RULES = join(FOLDER, 'rules.yml')

interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly datasource?: { readonly type: string; readonly uid: string }
  readonly gridPos: { readonly x: number; readonly w: number }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}
interface Dashboard {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] }
}

const dashboard = JSON.parse(readFileSync(join(FOLDER, 'grafana-dashboard.json.txt'), 'utf8')) as Dashboard
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

/** By the names of its series: a histogram has three. */
const LABELS = new Map(
  ALL_FAMILIES.flatMap(({ families }) => families).flatMap(({ name, type, labels }) => {
    const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']
    return suffixes.map((suffix) => [name + suffix, suffix === '_bucket' ? [...labels, 'le'] : labels] as const)
  }),
)
/** That Prometheus gives each series by itself. */
const ITS_OWN = ['instance', 'job']

/** What an expression names: series, and the labels that it picks and sums by. */
function assertKnown(expression: string): void {
  const names = expression.match(/\bkasa_\w+/g) ?? []
  assert.ok(names.length > 0 || expression.startsWith('up'), expression)
  for (const name of names) assert.ok(LABELS.has(name), `${name} in ${expression}`)
  const known = new Set([...names.flatMap((name) => LABELS.get(name) ?? []), ...ITS_OWN])
  const picked = [...expression.matchAll(/[{,]\s*(\w+)\s*(?:=~|!~|!=|=)"/g)].map(([, label]) => label ?? '')
  const summed = [...expression.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, list]) => (list ?? '').split(/,\s*/))
  for (const label of [...picked, ...summed]) assert.ok(known.has(label), `label ${label} in ${expression}`)
}

function withFile(content: object, use: (file: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'kasa-monitor-'))
  try {
    const file = join(folder, 'rules.yml')
    // YAML takes JSON.
    writeFileSync(file, JSON.stringify(content))
    return use(file)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('The dashboard for Grafana', () => {
  it('asks only for metrics and labels that there are', () => {
    assert.ok(expressions.length > 50)
    for (const expression of expressions) assertKnown(expression)
    for (const { definition } of dashboard.templating.list) {
      if (definition === undefined) continue
      const [, name = '', label = ''] = /^label_values\((kasa_\w+)(?:{.*})?, (\w+)\)$/.exec(definition) ?? []
      assert.ok(LABELS.get(name)?.includes(label), definition)
    }
  })

  it('names in its legends only what the series have', () => {
    for (const { targets = [] } of dashboard.panels) {
      for (const { expr, legendFormat } of targets) {
        const known = new Set([...(expr.match(/\bkasa_\w+/g) ?? []).flatMap((name) => LABELS.get(name) ?? []), ...ITS_OWN])
        for (const [, label = ''] of legendFormat.matchAll(/{{(\w+)}}/g)) assert.ok(known.has(label), `${label}: ${expr}`)
      }
    }
  })

  it('has panels that fit the grid, each with a title and an id of its own, on the source that a person chooses', () => {
    const { panels } = dashboard
    assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length)
    for (const { title, type, datasource, gridPos } of panels) {
      assert.notEqual(title, '')
      assert.ok(gridPos.x + gridPos.w <= 24, title)
      if (type !== 'row') assert.deepEqual(datasource, { type: 'prometheus', uid: '${datasource}' })
    }
  })
})

describe('The alert rules for Prometheus', () => {
  it('ask only for metrics and labels that there are', () => {
    const rules = [...readFileSync(RULES, 'utf8').matchAll(/^ {8}expr: (?:\|\n((?: {10}.*\n)+)|(.*)\n)/gm)]
    assert.ok(rules.length >= 20)
    for (const [, several, one] of rules) assertKnown((several ?? one ?? '').trim())
  })

  /** As `promtool test rules` has it. */
  const STORIES = [
    {
      interval: '1m',
      input_series: [
        { series: 'kasa_device_online{alias="Kettle",model="HS110(EU)",fleet="home"}', values: '1 0x12' },
        { series: 'kasa_device_online{alias="Lamp",model="LB100(EU)",fleet="home"}', values: '1x12' },
      ],
      alert_rule_test: [
        { eval_time: '5m', alertname: 'KasaDeviceOffline', exp_alerts: [] },
        {
          eval_time: '7m',
          alertname: 'KasaDeviceOffline',
          exp_alerts: [
            {
              exp_labels: { alias: 'Kettle', model: 'HS110(EU)', fleet: 'home', severity: 'warning' },
              exp_annotations: {
                summary: 'Kettle is offline',
                description: 'Kettle (HS110(EU)) of home has not answered for 5 minutes.',
              },
            },
          ],
        },
        { eval_time: '7m', alertname: 'KasaFleetOffline', exp_alerts: [] },
      ],
    },
    {
      interval: '1m',
      input_series: [
        { series: 'kasa_poll_failures_total{fleet="home",code="REPLY_TIMEOUT"}', values: '0+20x60' },
        { series: 'kasa_poll_failures_total{fleet="garden",code="REPLY_TIMEOUT"}', values: '0+1x60' },
        { series: 'kasa_polls_total{fleet="home"}', values: '0+100x60' },
        { series: 'kasa_polls_total{fleet="garden"}', values: '0+100x60' },
        { series: 'kasa_database_points_dropped_total{database="readings"}', values: '0x50 7x10' },
      ],
      alert_rule_test: [
        {
          eval_time: '45m',
          alertname: 'KasaPollsFailing',
          exp_alerts: [
            {
              exp_labels: { fleet: 'home', severity: 'warning' },
              exp_annotations: { summary: 'home: more than one poll in ten fails' },
            },
          ],
        },
        { eval_time: '45m', alertname: 'KasaPointsLost', exp_alerts: [] },
        {
          eval_time: '55m',
          alertname: 'KasaPointsLost',
          exp_alerts: [
            {
              exp_labels: { database: 'readings', severity: 'critical' },
              exp_annotations: { summary: 'readings: what was accepted has been given up' },
            },
          ],
        },
      ],
    },
    {
      interval: '1m',
      input_series: [
        { series: 'kasa_process_event_loop_delay_seconds_bucket{instance="a",le="0.1024"}', values: '0+90x30' },
        { series: 'kasa_process_event_loop_delay_seconds_bucket{instance="a",le="0.2048"}', values: '0+100x30' },
        { series: 'kasa_process_event_loop_delay_seconds_bucket{instance="a",le="+Inf"}', values: '0+100x30' },
        { series: 'kasa_host_disk_used_bytes{instance="a"}', values: '95x30' },
        { series: 'kasa_host_disk_available_bytes{instance="a"}', values: '5x30' },
      ],
      alert_rule_test: [
        {
          eval_time: '20m',
          alertname: 'KasaNodeRedHeldUp',
          exp_alerts: [
            {
              exp_labels: { instance: 'a', severity: 'warning' },
              exp_annotations: { summary: 'Node-RED at a is held up by more than 100 ms again and again' },
            },
          ],
        },
        {
          eval_time: '20m',
          alertname: 'KasaHostDiskFull',
          exp_alerts: [
            {
              exp_labels: { instance: 'a', severity: 'critical' },
              exp_annotations: { summary: 'The disk of a is 95% full' },
            },
          ],
        },
      ],
    },
  ]

  const missing = whyNoPromtool()
  if (missing !== undefined) it.skip(`pass promtool's check, as all that the dashboard asks; not run: ${missing}`)
  else {
    it("pass promtool's check", () => {
      assert.match(promtool(['check', 'rules', RULES]), /SUCCESS: \d+ rules found/)
    })

    it('fire when they should, and not before', () => {
      const said = withFile({ rule_files: [RULES], evaluation_interval: '1m', tests: STORIES }, (file) =>
        promtool(['test', 'rules', file]),
      )
      assert.match(said, /SUCCESS$/)
    })

    it('are written in the language that the dashboard speaks, too', () => {
      const rules = expressions.map((expression, index) => {
        const expr = expression.replace(/\$__(rate_interval|range)/g, '5m').replace(/\$(fleet|alias)/g, '.*')
        return { record: `dashboard:panel:${index}`, expr }
      })
      const said = withFile({ groups: [{ name: 'dashboard', rules }] }, (file) => promtool(['check', 'rules', file]))
      assert.match(said, new RegExp(`SUCCESS: ${rules.length} rules found`))
    })
  }
})

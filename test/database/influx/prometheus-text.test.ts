import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { metricSum } from '../../../src/database/influx/prometheus-text'

const TEXT = [
  '# HELP size how large',
  'size{bucket="a",id="1"} 10',
  'size{bucket="a",id="2"} 2.5e1 1767571200000',
  'size{bucket="b",id="3"} 100',
  'size_total 7',
  'plain 3',
  'broken{bucket="a"} x',
  '',
].join('\n')

describe('Metrics of a server', () => {
  it('are summed over the series that are asked for', () => {
    assert.equal(metricSum(TEXT, 'size'), 135)
    assert.equal(metricSum(TEXT, 'size', 'bucket="a"'), 35)
    assert.equal(metricSum(TEXT, 'plain'), 3)
  })

  it('are unknown where there is none, or no number', () => {
    for (const name of ['siz', 'broken', 'HELP', 'nothing']) assert.equal(metricSum(TEXT, name), undefined, name)
  })
})

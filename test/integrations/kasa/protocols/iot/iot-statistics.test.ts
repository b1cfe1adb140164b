import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  localTimeOf,
  statisticsOf,
  statisticsQuery,
} from '../../../../../src/integrations/kasa/protocols/iot/iot-statistics'
import { decrypt } from '../../../../../src/integrations/kasa/transports/xor-codec'

const NOON = Date.UTC(2026, 10, 20, 12)

describe("a device's own statistics", () => {
  it('follow its own calendar', () => {
    assert.equal(localTimeOf({ year: 2026, month: 11, mday: 20, hour: 12, min: 0, sec: 0 }), NOON)
    assert.equal(localTimeOf({ year: 2026, month: 11, mday: 20 }), undefined)
    assert.equal(localTimeOf({ year: '2026', month: 11, mday: 20, hour: 1 }), undefined)
    assert.equal(localTimeOf({ year: 1e300, month: 11, mday: 20, hour: 1 }), undefined)
  })

  it('are asked for the day and the month that the device has', () => {
    const query = statisticsQuery('emeter', ['get_daystat', 'get_monthstat'], NOON, '800601')
    assert.equal(
      decrypt(query.frame, 4),
      '{"context":{"child_ids":["800601"]},' +
        '"emeter":{"get_daystat":{"year":2026,"month":11},"get_monthstat":{"year":2026}}}',
    )
  })

  it('are read in Wh and in kWh', () => {
    const day = { year: 2026, month: 11, day: 20 }
    const month = { year: 2026, month: 11 }
    const watt_hours = {
      get_daystat: {
        day_list: [
          { ...day, day: 19, energy_wh: 9 },
          { ...day, energy_wh: 1250 },
        ],
        err_code: 0,
      },
      get_monthstat: { month_list: [{ ...month, energy_wh: 20_500 }], err_code: 0 },
    }
    const kilowatt_hours = {
      get_daystat: { day_list: [{ ...day, energy: 1.25 }], err_code: 0 },
      get_monthstat: {
        month_list: [
          { ...month, month: 10, energy: 7 },
          { ...month, energy: 20.5 },
        ],
        err_code: 0,
      },
    }
    for (const emeter of [watt_hours, kilowatt_hours]) {
      assert.deepEqual(statisticsOf({ emeter }, 'emeter', NOON), {
        statistics: { energy_today_kwh: 1.25, energy_month_kwh: 20.5 },
        unsupported: [],
      })
    }
  })

  it('are absent where the device has no entry, and given up where it has no such method', () => {
    const emeter = { get_daystat: { day_list: [], err_code: 0 }, get_monthstat: { err_code: -2 } }
    assert.deepEqual(statisticsOf({ emeter }, 'emeter', NOON), { statistics: {}, unsupported: ['get_monthstat'] })
    const refused = statisticsOf({ emeter: { err_code: -1, err_msg: 'module not support' } }, 'emeter', NOON)
    assert.deepEqual(refused.unsupported, ['get_daystat', 'get_monthstat'])
    assert.deepEqual(statisticsOf({}, 'emeter', NOON), { statistics: {}, unsupported: [] })
  })
})

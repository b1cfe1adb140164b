/** What an energy plug of the newer kind answers, as recorded devices do in length and keys. */
export type Replies = Readonly<Record<string, unknown>>

export function repliesOf(index: number, host: string): Replies {
  const id = index.toString(16).toUpperCase().padStart(4, '0')
  return {
    component_nego: {
      component_list: ['device', 'led', 'auto_off', 'countdown', 'energy_monitoring', 'power_protection'].map(
        (name) => {
          return { id: name, ver_code: 2 }
        },
      ),
    },
    get_device_info: {
      device_id: `8022${id.padStart(36, '0')}`,
      fw_ver: '1.3.1 Build 240621 Rel.162048',
      hw_ver: '1.0',
      type: 'SMART.TAPOPLUG',
      model: 'P110',
      mac: `48-22-54-00-${id.slice(0, 2)}-${id.slice(2)}`,
      hw_id: '2FB30EF5BF920C44099401D396C6B55B',
      fw_id: '00000000000000000000000000000000',
      oem_id: '00000000000000000000000000000000',
      ip: host,
      time_diff: 60,
      ssid: 'SG9tZQ==',
      rssi: -52,
      signal_level: 2,
      auto_off_status: 'off',
      auto_off_remain_time: 0,
      latitude: 0,
      longitude: 0,
      lang: 'en_US',
      avatar: 'plug',
      region: 'Europe/Berlin',
      specs: 'EU',
      nickname: Buffer.from(`Plug ${index}`).toString('base64'),
      has_set_location_info: true,
      device_on: true,
      on_time: 86_400,
      default_states: { type: 'last_states', state: {} },
      overheat_status: 'normal',
      power_protection_status: 'normal',
      overcurrent_status: 'normal',
      charging_status: 'normal',
    },
    get_energy_usage: {
      today_runtime: 881,
      month_runtime: 18_642,
      today_energy: 906,
      month_energy: 17_354,
      local_time: '2026-01-05 14:41:33',
      electricity_charge: [0, 0, 0],
      current_power: 61_753,
    },
    get_emeter_data: { current_ma: 287, voltage_mv: 230_837, power_mw: 61_753, energy_wh: 0 },
    get_current_power: { current_power: 61 },
  }
}

interface Call {
  readonly method: string
  readonly params?: { readonly requests?: readonly Call[] }
}

/** The whole text of the reply to a request's. */
export function replyTo(text: string, replies: Replies): string {
  const { method, params } = JSON.parse(text) as Call
  if (method !== 'multipleRequest') return JSON.stringify(answer(method, replies))
  const responses = (params?.requests ?? []).map((call) => ({ method: call.method, ...answer(call.method, replies) }))
  return JSON.stringify({ result: { responses }, error_code: 0 })
}

function answer(method: string, replies: Replies): { result?: unknown; error_code: number } {
  const result = replies[method]
  return result === undefined ? { error_code: -1002 } : { result, error_code: 0 }
}

import type { Json } from '../../answer'
import type { SmartMethods } from '../answer'
import type { Components, SmartModule } from '../unit'

/** What is always the same here, by the component that it comes with. */
const REPLIES: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  cloud_connect: { get_connect_cloud_state: { status: 0 } },
  firmware: {
    get_fw_download_state: { auto_upgrade: false, download_progress: 0, reboot_time: 5, status: 0, upgrade_time: 5 },
    get_latest_fw: { fw_size: 0, fw_ver: '', hw_id: '', need_to_upgrade: false, oem_id: '', release_date: '', type: 0 },
  },
  schedule: {
    get_schedule_rules: { enable: false, rule_list: [], schedule_rule_max_count: 32, start_index: 0, sum: 0 },
    get_next_event: {},
  },
  antitheft: { get_antitheft_rules: { antitheft_rule_max_count: 1, enable: false, rule_list: [] } },
  preset: { get_preset_rules: { brightness: [100, 75, 50, 25, 1] } },
  matter: { get_matter_setup_info: { setup_code: '00000000000', setup_payload: '00:0-00000000000000000' } },
  homekit: {
    get_homekit_info: { mfi_setup_code: '000-00-000', mfi_setup_id: '0000', mfi_token_token: '', mfi_token_uuid: '' },
  },
  segment: { get_device_segment: { segment: 50 } },
  child_quick_setup: {
    get_support_child_device_category: {
      device_category_list: [{ category: 'subg.trv' }, { category: 'subg.trigger' }],
    },
  },
  alarm: {
    get_alarm_configure: { duration: 10, type: 'Doorbell Ring 1', volume: 'low' },
    get_support_alarm_type_list: { alarm_type_list: ['Doorbell Ring 1'] },
  },
}

/** States of protections that no simulated device ever leaves. */
const STATES: Readonly<Record<string, string>> = {
  current_protection: 'overcurrent_status',
  charging_protection: 'charging_status',
}

export function fixed(components: Components): SmartModule {
  const ids = Object.keys(components)
  const replies = ids.flatMap((id) => Object.entries(REPLIES[id] ?? {}))
  const states = ids.flatMap((id) => STATES[id] ?? []).map((key): [string, unknown] => [key, 'normal'])
  return {
    methods: Object.fromEntries(replies.map(([name, reply]) => [name, () => reply])) as SmartMethods,
    info: () => Object.fromEntries(states),
  }
}

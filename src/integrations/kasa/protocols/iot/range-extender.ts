import { objectOf, type JsonObject } from '../../json'

const RELAY_STATES: ReadonlyMap<unknown, number> = new Map([
  ['ON', 1],
  ['OFF', 0],
])

/**
 * What a range extender with a plug (RE270K, RE370K) says in three places, in the words of other plugs.
 * @param answer with `plug` and `rangeextender.wireless` beside `system`
 */
export function extenderSysinfo(answer: JsonObject, system: JsonObject): JsonObject {
  const { type, deviceId, ethernet_mac, model, alias, dev_name, sw_ver, hw_ver } = system
  const radio = objectOf(answer['rangeextender.wireless'])
  return {
    ...{ type, deviceId, ethernet_mac, model, alias, dev_name, sw_ver, hw_ver },
    relay_state: RELAY_STATES.get(objectOf(answer.plug)?.relay_status),
    // The band without a connection says -256.
    rssi: radio?.w2g_uplink_connected === true ? radio.w2g_rssi : radio?.w5g_rssi,
  }
}

import { Bulb, Client, Plug, type BulbSysinfo, type CommonSysinfo, type PlugSysinfo } from 'tplink-smarthome-api'
import type { Send } from '../../../commands/command-plan'
import { aliasOf, deviceIdOf, firmwareOf, hardwareOf, macOf, modelOf, type OutletState, type Sysinfo } from '../sysinfo'

/** One silent client for all. It is only there to make objects, so it never opens a socket or a timer. */
const client = new Client({ logLevel: 'silent' })

/** The library's plug, or one outlet of a strip, with our transport under it. */
export function plugOf(sysinfo: Sysinfo, outlet: OutletState | undefined, send: Send): Plug {
  const sysInfo: PlugSysinfo = {
    ...commonSysinfo(sysinfo),
    type: 'IOT.SMARTPLUGSWITCH',
    mac: macOf(sysinfo) ?? '',
    feature: 'TIM',
    led_off: 0,
  }
  if (!outlet) return on(new Plug({ client, host: '', sysInfo }), send)
  sysInfo.children = [{ id: outlet.child_id, alias: outlet.alias, state: outlet.on ? 1 : 0 }]
  return on(new Plug({ client, host: '', sysInfo, childId: outlet.child_id }), send)
}

export function bulbOf(sysinfo: Sysinfo, isStrip: boolean, send: Send): Bulb {
  const sysInfo: BulbSysinfo = {
    ...commonSysinfo(sysinfo),
    mic_type: 'IOT.SMARTBULB',
    mic_mac: macOf(sysinfo) ?? '',
    description: '',
    light_state: {},
    is_dimmable: sysinfo.is_dimmable === 1 ? 1 : 0,
    is_color: sysinfo.is_color === 1 ? 1 : 0,
    is_variable_color_temp: sysinfo.is_variable_color_temp === 1 ? 1 : 0,
    length: isStrip ? 1 : 0,
  }
  return on(new Bulb({ client, host: '', sysInfo }), send)
}

/** Checked values alone: the library merges and walks what it is given. */
function commonSysinfo(sysinfo: Sysinfo): CommonSysinfo {
  return {
    // A light that nobody has named has an empty name (recorded on a KL120), without which the library cannot make it.
    alias: aliasOf(sysinfo) || modelOf(sysinfo),
    deviceId: deviceIdOf(sysinfo),
    model: modelOf(sysinfo),
    sw_ver: firmwareOf(sysinfo) ?? '',
    hw_ver: hardwareOf(sysinfo) ?? '',
  }
}

function on<LibraryDevice extends Plug | Bulb>(device: LibraryDevice, send: Send): LibraryDevice {
  device.send = (payload) => send(typeof payload === 'string' ? payload : JSON.stringify(payload))
  return device
}

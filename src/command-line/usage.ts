import { COMMAND_RANGES } from '../domain/command'
import { SPOKEN_TRANSPORTS } from '../simulator'

const { brightness_pct, hue_deg, saturation_pct, color_temp_k, delay_s, delay_min, transition_s, limit_w } =
  COMMAND_RANGES

export const USAGE = `kasa-monitor discover [--target WHERE]...
kasa-monitor poll HOST... [--outlet ID] [--count N | --watch] [--interval-s S]
kasa-monitor command HOST COMMAND [--outlet ID]
kasa-monitor hash
kasa-monitor simulate [--duration-s S] [--dump FILE... [--speaks TRANSPORT]]

discover   looks for devices: at each WHERE (an address, 192.168.1.0/24, 192.168.1.10-60, or lan), or without any
           by broadcast on every network of this machine
poll       prints readings; of a strip its own and one per outlet
command    tells one device something and prints the state that it confirmed:
             on | off | toggle | reboot
             brightness ${span(brightness_pct)} (%)
             color HUE SATURATION [BRIGHTNESS]: ${span(hue_deg)} (°), ${span(saturation_pct)} (%), ${span(brightness_pct)} (%)
             color-temperature ${span(color_temp_k)} (K)
             led on|off
             alias NAME
             countdown ${span(delay_s)} (s) on|off
             effect NAME: of a light, such as Party or Aurora; off ends it
             light-preset NUMBER: what the app keeps for a light, from 1
             auto-off ${span(delay_min)} (min): so long after each switching on; 0 is never
             child-lock on|off: whether the buttons of the device do nothing
             smooth-transitions on|off: whether a light fades when it is switched
             smooth-on ${span(transition_s)}, smooth-off ${span(transition_s)} (s): how long that takes, of lights with a time for it; 0 is at once
             motion-sensor on|off: whether that of a wall switch works
             power-protection ${span(limit_w)} (W): off by itself above so much; 0 is never
             auto-update on|off: whether the device installs new firmware by itself
hash       prints what can stand in for KASA_USERNAME and KASA_PASSWORD: keep it like the password, because with it
           anybody on the network can control the devices
simulate   serves a small home of simulated devices on 127.0.10.1 and up until Ctrl-C, or devices from recorded replies
           (a FILE each); they speak as their generation does, or TRANSPORT: ${SPOKEN_TRANSPORTS.join(' | ')}

--json          one JSON object per line; readings have the keys that nodes and database use
--port N        port of the devices (default: the well-known ones; simulate: 0 takes a free one)
--timeout-ms N  how long discover listens, and how long a device may take to answer
--outlet ID     an outlet of a strip: its id, or its last digits, such as 01
--help, --version

Credentials are taken from KASA_USERNAME and KASA_PASSWORD, the e-mail and password of the TP-Link account, or from
KASA_CREDENTIALS_HASH. Devices that answer on port 9999 need none. Simulated ones take user@example.com with great_password
unless KASA_USERNAME and KASA_PASSWORD name another account.
Exit codes: 0 done, 1 a device failed, 2 wrong usage, 130 interrupted.`

function span({ minimum, maximum }: { minimum: number; maximum: number }): string {
  return `${minimum}..${maximum}`
}

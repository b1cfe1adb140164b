import type { Simulator } from '../../src/simulator'
import type { AccessOptions } from '../../src/simulator/models/options'
import { IOT } from './iot-recordings'
import { ALIAS, dumpOf, type Expected, type Measured } from './recordings'
import { CHILDREN, HOSTS } from './smart-recordings'

/** One recording as one simulated device, over one of the transports that its model speaks. */
export interface Served {
  readonly name: string
  readonly over: string
  readonly host: string
  readonly devices: readonly ServedDevice[]
}

export interface ServedDevice {
  readonly device_id: string
  readonly parent_id?: string
  readonly alias: string
  readonly model: string
  /** What is known of it beyond its model. */
  readonly what?: Omit<Expected, 'reading'>
  readonly reading: Measured
}

interface Identity {
  readonly device_id: string
  readonly mac: string
}

const IOT_TRANSPORTS: Readonly<Record<string, AccessOptions>> = {
  xor: { speaks: 'xor' },
  'klap-1': { speaks: 'klap-1' },
  'klap-2': { speaks: 'klap-2' },
}
const SMART_TRANSPORTS: Readonly<Record<string, AccessOptions>> = {
  'klap-2': { speaks: 'klap-2' },
  'aes with login 1': { speaks: 'aes', login_version: 1 },
  'aes with login 2': { speaks: 'aes', login_version: 2 },
}

/** Since firmware 1.4; each login takes a while, so that sensors go without. */
const NEWEST_TRANSPORTS: Readonly<Record<string, AccessOptions>> = { ...SMART_TRANSPORTS, tpap: { speaks: 'tpap' } }

/** Every recording over everything that its model speaks, all at once, each as a device of its own. */
export function serveRecordings(simulator: Simulator): Served[] {
  const served: Served[] = []
  const add = (
    folder: Parameters<typeof dumpOf>[0],
    name: string,
    transports: Readonly<Record<string, AccessOptions>>,
    expect: (identity: Identity) => readonly ServedDevice[],
  ) => {
    for (const [over, access] of Object.entries(transports)) {
      const identity = identityOf(served.length + 1)
      const { host } = simulator.addDump(dumpOf(folder, name), { ...access, ...identity })
      served.push({ name, over, host, devices: expect(identity) })
    }
  }
  for (const name of Object.keys(IOT)) add('iot', name, IOT_TRANSPORTS, (identity) => iotDevices(name, identity))
  for (const name of Object.keys(HOSTS))
    add('smart', name, NEWEST_TRANSPORTS, (identity) => smartDevices(name, identity))
  for (const name of Object.keys(CHILDREN)) {
    add('smart-child', name, SMART_TRANSPORTS, (identity) => childOfHub(name, identity))
  }
  return served
}

function identityOf(number: number): Identity {
  const digits = number.toString(16).toUpperCase().padStart(4, '0')
  return { device_id: digits.padStart(40, 'D'), mac: `02:00:00:00:${digits.slice(0, 2)}:${digits.slice(2)}` }
}

function iotDevices(name: string, { device_id, mac }: Identity): ServedDevice[] {
  const { outlets = [], reading, ...recorded } = IOT[name] as (typeof IOT)[string]
  const { kind, features, model } = recorded
  return [
    { device_id, alias: ALIAS, model, what: { kind, model, features, mac }, reading },
    ...outlets.map((reading, index) => ({
      device_id: `${device_id}SCRUBBED_CHILD_DEVICE_ID_${index + 1}`,
      parent_id: device_id,
      alias: `${ALIAS} ${index + 1}`,
      model,
      reading,
    })),
  ]
}

/** Recordings have the ids of outlets blanked: the simulator gives them the device's with their number behind it. */
function smartDevices(name: string, { device_id, mac }: Identity): ServedDevice[] {
  const { children = [], reading, ...what } = HOSTS[name] as (typeof HOSTS)[string]
  return [
    { device_id, alias: ALIAS, model: what.model, what: { ...what, mac }, reading },
    ...children.map(({ number, reading, ...what }) => ({
      device_id: `${device_id}0${number - 1}`,
      parent_id: device_id,
      alias: ALIAS,
      model: what.model,
      what,
      reading,
    })),
  ]
}

/** The hub itself is the simulator's. */
function childOfHub(name: string, { device_id }: Identity): ServedDevice[] {
  const { reading, ...what } = CHILDREN[name] as Expected
  return [{ device_id: `${device_id}00`, parent_id: device_id, alias: ALIAS, model: what.model, what, reading }]
}

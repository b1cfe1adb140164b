import type { Clock } from '../../src/domain/clock'
import type { HomeAssistantBridge } from '../../src/homeassistant/bridge'
import type { Fleet, FleetDevice } from '../../src/polling/fleet'

type Taker = Pick<HomeAssistantBridge, 'takeDevice' | 'takeDetails' | 'takeEvent' | 'keepOnly'>

export interface FleetSourceOptions {
  /** Of its node. */
  readonly id: string
  readonly fleet: Pick<Fleet, 'devices' | 'subscribe' | 'isComplete'>
  readonly bridge: Taker
  readonly clock: Pick<Clock, 'now'>
}

/**
 * Tells the bridge which devices a fleet has, how they are set and what happens to them, from now on and what is known
 * already; also which it has no longer. Their readings come by wire, as a person has chosen them. Returns how to end it.
 */
export function followFleet({ id, fleet, bridge, clock }: FleetSourceOptions): () => void {
  let isTidy = false
  /** Once: those that were removed while nobody listened. */
  const tidy = () => {
    if (isTidy || !fleet.isComplete) return
    isTidy = true
    bridge.keepOnly(id, new Set(fleet.devices().flatMap(({ device }) => device?.device_id ?? [])))
  }
  for (const known of fleet.devices()) tellKnown(known, id, bridge, clock.now())
  tidy()
  return fleet.subscribe({
    onDevice: (device) => {
      bridge.takeDevice(device, id)
      tidy()
    },
    onDetails: (details) => bridge.takeDetails(details),
    onEvent: (event) => bridge.takeEvent(event),
  })
}

/** A fleet that runs already tells nothing of what was before. */
function tellKnown({ device, details, state }: FleetDevice, id: string, bridge: Taker, timestamp: number): void {
  if (device === undefined) return
  bridge.takeDevice(device, id)
  if (details !== undefined) bridge.takeDetails(details)
  if (state === 'unknown') return
  const { device_id, alias, host } = device
  bridge.takeEvent({ event: state, device_id, alias, host, timestamp })
}

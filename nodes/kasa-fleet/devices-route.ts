import type { Request, Response } from 'express'
import type { NodeAPI } from 'node-red'
import type { Fleet, FleetDevice } from '../../src/polling/fleet'

/**
 * For dialogs that choose among the devices of a running fleet, outlets included:
 * `GET kasa-monitor/fleets/ID/devices`. A fleet that is not deployed has none.
 */
export function registerDevicesRoute(RED: NodeAPI, fleets: ReadonlyMap<string, Fleet>): void {
  RED.httpAdmin.get(
    '/kasa-monitor/fleets/:id/devices',
    RED.auth.needsPermission('kasa-fleet.read'),
    (request: Request, response: Response) => {
      const fleet = fleets.get(String(request.params.id))
      response.json({ devices: fleet?.devices().flatMap(choiceOf) ?? [] })
    },
  )
}

function choiceOf({ device }: FleetDevice): object[] {
  if (!device) return []
  const { device_id, parent_id, alias, model } = device
  return [{ device_id, alias, model, ...(parent_id === undefined ? {} : { parent_id }) }]
}

import type { Request, Response } from 'express'
import type { NodeAPI } from 'node-red'
import { DEADBAND_RANGE } from '../../src/homeassistant/parse-options'
import { type Rate, STATE_RATES } from '../../src/homeassistant/state/state-rates'

/** For the dialog: when each value is worth a message by default. `GET kasa-monitor/homeassistant/rates`. */
export function registerRatesRoute(RED: NodeAPI): void {
  const entries = Object.entries(STATE_RATES).map(([key, { deadband, every_s }]) => {
    // Where it is never worth one by itself.
    return [key, { deadband: Math.min(deadband, DEADBAND_RANGE.maximum), every_s }]
  })
  const rates = Object.fromEntries(entries) as Record<string, Pick<Rate, 'deadband' | 'every_s'>>
  const may = RED.auth.needsPermission('kasa-homeassistant.read')
  RED.httpAdmin.get('/kasa-monitor/homeassistant/rates', may, (_request: Request, response: Response) => {
    response.json({ rates })
  })
}

import type { NodeAPI } from 'node-red'
import type { Integration } from '../../src/integrations/integration'
import { kasa } from '../../src/integrations/kasa/kasa'

/** Plugins of this type bring other device families: `registerPlugin(id, { type, integration })`. */
const PLUGIN_TYPE = 'kasa-monitor-integration'
const NAME = /^[a-z][a-z0-9-]{0,63}$/

/** The device families at hand: Kasa, and what plugins registered. A plugin that offers none is logged and left out. */
export function integrationsOf(RED: NodeAPI): readonly Integration[] {
  const found = new Map([[kasa.name, kasa]])
  for (const plugin of RED.plugins.getByType(PLUGIN_TYPE)) {
    const { integration } = plugin as { integration?: unknown }
    if (isIntegration(integration) && !found.has(integration.name)) found.set(integration.name, integration)
    else RED.log.warn(`kasa-fleet: plugin '${plugin.id ?? ''}' offers no integration with a name of its own`)
  }
  return [...found.values()]
}

function isIntegration(value: unknown): value is Integration {
  if (typeof value !== 'object' || value === null) return false
  const { name, createSession } = value as Partial<Integration>
  return typeof name === 'string' && NAME.test(name) && typeof createSession === 'function'
}

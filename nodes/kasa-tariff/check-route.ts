import type { NodeAPI } from 'node-red'
import { errorOf, registerDialogRoute } from '../shared/dialog-route'
import { parseDialogSettings } from '../shared/dialog-settings'
import { schema } from './kasa-tariff.schema'
import { tariffOf } from './tariff-settings'

/** Whether what stands in the dialog would be taken: `POST kasa-monitor/tariffs/check`. */
export function registerCheckRoute(RED: NodeAPI): void {
  registerDialogRoute(RED, {
    path: '/kasa-monitor/tariffs/check',
    permission: 'kasa-tariff.write',
    parse: (body) => parseDialogSettings(RED, schema, body),
    answer: ({ settings }) => Promise.resolve(check(settings)),
  })
}

/** What is wrong with a tariff is the answer to the question, and no fault of it. */
function check(settings: Parameters<typeof tariffOf>[0]): { error?: ReturnType<typeof errorOf> } {
  try {
    tariffOf(settings)
    return {}
  } catch (thrown) {
    return { error: errorOf(thrown) }
  }
}

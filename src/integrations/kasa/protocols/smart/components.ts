import { listOf, numberOf, objectOf, textOf, type JsonObject } from '../../json'

const MAXIMUM_COMPONENTS = 128
const ID_LENGTH = 64

/** What a device has parts for, with the version of each: decides what it is asked. */
export type Components = ReadonlyMap<string, number>

export const NO_COMPONENTS: Components = new Map()

export function componentsOf(answer: JsonObject): Components {
  const components = new Map<string, number>()
  for (const item of listOf(answer.component_list).slice(0, MAXIMUM_COMPONENTS)) {
    const component = objectOf(item)
    const id = textOf(component?.id, ID_LENGTH)
    if (component && id !== undefined) components.set(id, numberOf(component.ver_code) ?? 1)
  }
  return components
}

/** By the child's own id. */
export function childComponentsOf(answer: JsonObject): ReadonlyMap<string, Components> {
  const children = new Map<string, Components>()
  for (const item of listOf(answer.child_component_list)) {
    const child = objectOf(item)
    if (child && typeof child.device_id === 'string') children.set(child.device_id, componentsOf(child))
  }
  return children
}

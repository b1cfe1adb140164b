import { flag, type Components, type SmartModule } from '../unit'

/** Of valves: whether their buttons do nothing, told and set among the rest. */
export function childLock(components: Components): SmartModule {
  if (!('child_protection' in components)) return {}
  let child_protection = false
  return {
    info: () => ({ child_protection }),
    settings: {
      child_protection: flag((on) => {
        child_protection = on
      }),
    },
  }
}

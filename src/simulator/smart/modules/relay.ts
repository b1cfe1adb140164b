import type { Outlet } from '../../outlet'
import { flag, type SmartModule } from '../unit'

export function relay(outlet: Outlet, tells_time: boolean): SmartModule {
  return {
    info: () => ({ device_on: outlet.on, ...(tells_time ? { on_time: outlet.on_time_s } : {}) }),
    settings: { device_on: flag((on) => outlet.switch(on)) },
  }
}

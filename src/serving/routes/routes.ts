import type { Route } from '../routing/route'
import { getDevice, listDevices } from './devices'

/** Everything that an API answers, beside what is live. */
export const ROUTES: readonly Route[] = [listDevices, getDevice]

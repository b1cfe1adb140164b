import type { DetailKey, DeviceDetails } from '../../domain/device-details'
import { TIMESTAMP_RANGE } from '../../domain/reading'
import { numberOf } from './json'

/** What devices count in whole seconds, over replies that take their time, wavers by less. */
const WAVERING_MS = 5000

/** What one device has said of itself last, and whether somebody has to be told. */
export class KnownDetails {
  /** Replaced, never changed, so that it can be handed out as it is. */
  private details: DeviceDetails
  private isNews = false

  constructor(device_id: string) {
    this.details = { device_id }
  }

  get<Key extends DetailKey>(key: Key): DeviceDetails[Key] {
    return this.details[key]
  }

  /** Whether it was another before. */
  set<Key extends DetailKey>(key: Key, value: DeviceDetails[Key] | undefined): boolean {
    if (this.details[key] === value) return false
    this.details = value === undefined ? this.without(key) : { ...this.details, [key]: value }
    this.isNews = true
    return true
  }

  private without(key: DetailKey): DeviceDetails {
    const { [key]: _gone, ...others } = this.details
    return others
  }

  /** A moment so many seconds from `now`, held while it wavers; unknown without them. */
  setMoment(key: 'on_since' | 'auto_off_at', now: number, seconds: number | undefined): void {
    const moment = seconds === undefined ? undefined : now + Math.round(seconds * 1000)
    const known = this.details[key]
    if (moment !== undefined && known !== undefined && Math.abs(moment - known) <= WAVERING_MS) return
    this.set(key, isTimestamp(moment) ? moment : undefined)
  }

  /** Of a device that counts how long it has been on. */
  setOnSince(on: boolean | undefined, on_time: unknown, now: number): void {
    const seconds = on === true ? numberOf(on_time) : undefined
    this.setMoment('on_since', now, seconds === undefined ? undefined : -seconds)
  }

  /** All of it, where that has changed since it was taken last. */
  take(): DeviceDetails | undefined {
    if (!this.isNews) return undefined
    this.isNews = false
    return this.details
  }
}

function isTimestamp(moment: number | undefined): boolean {
  return moment !== undefined && moment >= TIMESTAMP_RANGE.minimum && moment <= TIMESTAMP_RANGE.maximum
}

/** Adds to `news` what there is; no list is made while there is nothing. */
export function addNews(news: DeviceDetails[] | undefined, known: KnownDetails): DeviceDetails[] | undefined {
  const details = known.take()
  if (!details) return news
  if (!news) return [details]
  news.push(details)
  return news
}

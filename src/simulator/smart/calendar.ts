/** Days and months as a device counts them: by its local time, which is this machine's. */

export function startOfDay(at_ms: number, days_later = 0): number {
  const date = new Date(at_ms)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days_later).getTime()
}

export function startOfMonth(at_ms: number, months_later = 0): number {
  const date = new Date(at_ms)
  return new Date(date.getFullYear(), date.getMonth() + months_later, 1).getTime()
}

export function startOfQuarter(at_ms: number): number {
  return startOfMonth(at_ms, -(new Date(at_ms).getMonth() % 3))
}

export function startOfYear(at_ms: number): number {
  return new Date(new Date(at_ms).getFullYear(), 0, 1).getTime()
}

/** `2024-06-04 14:48:06` */
export function localTime(at_ms: number): string {
  const date = new Date(at_ms)
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-')
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')}`
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}

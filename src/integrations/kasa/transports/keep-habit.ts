/** Times in a row that what was kept turned out dead before we stop keeping it. */
const FUTILE_KEEPS = 2
/** Requests without keeping before it is tried again. */
const REQUESTS_BETWEEN_KEEPS = 50

/** Whether keeping something for the next request, a connection or a session, has been worth while with one device. */
export class KeepHabit {
  private futile_keeps = 0
  private requests_left = 0

  /** Whether to keep what has just carried a reply. Asked once per reply. */
  keeps(): boolean {
    if (this.requests_left === 0) return true
    this.requests_left--
    return false
  }

  onUseful(): void {
    this.futile_keeps = 0
  }

  onFutile(): void {
    this.futile_keeps++
    if (this.futile_keeps < FUTILE_KEEPS) return
    this.futile_keeps = 0
    this.requests_left = REQUESTS_BETWEEN_KEEPS
  }
}

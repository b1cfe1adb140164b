import type { Clock } from '../../../domain/clock'
import type { Timeouts } from '../../integration'
import { AesKeyPair } from './aes-key-pair'
import { DeadlineList } from './deadline-list'

const RECEIVE_BYTES = 64 * 1024
/** Datagrams sent for one request before its deadline. */
const DATAGRAMS = 4

/** What all transports of one session share, so that an idle device costs little more than its socket. */
export class Network {
  readonly replies: DeadlineList
  readonly connects: DeadlineList
  readonly resends: DeadlineList
  /** Every socket reads into this one; what is read is used or copied before the next read. */
  readonly received = Buffer.allocUnsafeSlow(RECEIVE_BYTES)
  readonly aesKeys = new AesKeyPair()

  constructor(
    readonly clock: Clock,
    timeouts: Timeouts,
  ) {
    this.replies = new DeadlineList(clock, timeouts.reply_ms)
    this.connects = new DeadlineList(clock, timeouts.connect_ms)
    this.resends = new DeadlineList(clock, timeouts.reply_ms / DATAGRAMS)
  }

  stop(): void {
    this.replies.stop()
    this.connects.stop()
    this.resends.stop()
  }
}

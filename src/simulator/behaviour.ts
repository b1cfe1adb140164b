/**
 * How a device misbehaves. Several kinds hold at once, one of each. Kinds marked "stream" do nothing to datagrams,
 * those marked "HTTP" hold for the transports over it; `silence`, `latency` and those that spoil the bytes of a reply hold for both.
 */
export type Behaviour =
  /** Answers this much later. */
  | { readonly kind: 'latency'; readonly latency_ms: number }
  /** Takes requests, never answers. */
  | { readonly kind: 'silence' }
  /** Stream: sends one byte of the reply per interval. */
  | { readonly kind: 'trickle'; readonly interval_ms: number }
  /** Stream: RST at once, or in the middle of the reply. */
  | { readonly kind: 'reset'; readonly when: 'accept' | 'reply' }
  /** Stream: ends its side instead of answering. */
  | { readonly kind: 'half-close' }
  /** Answers bytes that are no text. */
  | { readonly kind: 'garbage' }
  /** Answers text that is no JSON. */
  | { readonly kind: 'not-json' }
  /** Stream: claims another length than the reply has. 32 bits; negative numbers count from 2^32. */
  | { readonly kind: 'length'; readonly length: number }
  /** Stream: a length of 2^32 - 1, then bytes without end. */
  | { readonly kind: 'flood' }
  /** Answers twice. */
  | { readonly kind: 'two-frames' }
  /** Sends bytes behind the reply. */
  | { readonly kind: 'extra-bytes' }
  /** Sends half of the reply, then ends the stream. */
  | { readonly kind: 'short-reply' }
  /** Stream: one reply per connection. */
  | { readonly kind: 'close-after-reply' }
  /** Stream: takes connections, reads from them only later. */
  | { readonly kind: 'slow-accept'; readonly delay_ms: number }
  /** Stream: connections above the limit get an RST. */
  | { readonly kind: 'connection-limit'; readonly limit: number }
  /** Says that it is another device, as after an exchange of addresses. */
  | { readonly kind: 'other-device'; readonly device_id: string; readonly mac: string }
  /** Answers every command with an error. */
  | { readonly kind: 'refuse-commands'; readonly err_code: number }
  /** Answers commands as done, and does nothing. */
  | { readonly kind: 'ignore-commands' }
  /** HTTP: sessions end after so long, which the cookie tells. Those that are open keep their time. */
  | { readonly kind: 'session-timeout'; readonly timeout_s: number }
  /** HTTP: a session ends with its first request, as with the server "SHIP 2.0" of an HS110 (python-kasa #1715). */
  | { readonly kind: 'session-per-request' }
  /** HTTP: a new session ends the oldest of so many. */
  | { readonly kind: 'session-limit'; readonly limit: number }
  /** HTTP: 403, whoever asks: to those who want a session, or to those who have one. */
  | { readonly kind: 'forbid'; readonly when: 'handshake' | 'request' }
  /** HTTP: a page with status 200 instead of a reply to a longer body, as a KL125 answers (python-kasa #1580). */
  | { readonly kind: 'page-above'; readonly bytes: number }
  /** KLAP and TPAP: signs its replies wrong. */
  | { readonly kind: 'wrong-signature' }
  /** Does not know the time: the newer energy queries get error -1003 (python-kasa #1243). */
  | { readonly kind: 'clock-unset' }

export type BehaviourKind = Behaviour['kind']

export class Behaviours {
  private readonly byKind = new Map<BehaviourKind, Behaviour>()

  replace(behaviours: readonly Behaviour[]): void {
    this.byKind.clear()
    for (const behaviour of behaviours) this.byKind.set(behaviour.kind, behaviour)
  }

  has(kind: BehaviourKind): boolean {
    return this.byKind.has(kind)
  }

  get<Kind extends BehaviourKind>(kind: Kind): Extract<Behaviour, { kind: Kind }> | undefined {
    return this.byKind.get(kind) as Extract<Behaviour, { kind: Kind }> | undefined
  }
}

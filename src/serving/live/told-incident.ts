import type { Incident, StateChange } from '../../alerting/incidents/incident'

/** What has become of an incident, and its text, which is made once for all who are told it. */
export class ToldIncident {
  private made: string | undefined

  private constructor(
    readonly incident: Incident,
    private readonly change: Pick<StateChange, 'change' | 'timestamp'>,
  ) {}

  /** Undefined where it is not about an incident. */
  static of({ change, timestamp, incident }: StateChange): ToldIncident | undefined {
    return incident && new ToldIncident(incident, { change, timestamp })
  }

  /** JSON. */
  get text(): string {
    return (this.made ??= JSON.stringify({ ...this.change, incident: this.incident }))
  }
}

import { INVALID_ARGUMENT, isObject, OK, type Json, type Methods } from '../answer'

/** A light strip's moving effect: the whole of it as it was last given, running or not. */
export class LightingEffect {
  private held: Json = { custom: 0, enable: 0, id: '', name: '', brightness: 100, type: 'static' }

  /** `started` is called whenever an effect begins. */
  constructor(private readonly started: () => void) {}

  readonly methods: Methods = {
    get_lighting_effect: () => ({ ...this.held, ...OK }),
    set_lighting_effect: (wanted) => (this.take(wanted) ? OK : INVALID_ARGUMENT),
  }

  /** As it stands in what the strip says about itself. */
  get summary(): Json {
    const { brightness, custom, enable, id, name } = this.held
    return { brightness, custom, enable, id, name }
  }

  /** Whether the strip has taken it. */
  take(wanted: unknown): boolean {
    if (!isObject(wanted) || typeof wanted.name !== 'string' || typeof wanted.id !== 'string') return false
    if (wanted.enable !== 0 && wanted.enable !== 1) return false
    this.held = { ...wanted }
    if (wanted.enable === 1) this.started()
    return true
  }

  /** A colour ends it. */
  end(): void {
    this.held = { ...this.held, enable: 0 }
  }
}

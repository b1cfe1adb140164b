import { INVALID_ARGUMENT, type Json } from '../answer'
import type { Outlet } from '../outlet'
import type { LightProfile } from './catalogue'

const WHITE_K = 2700

interface Look {
  readonly mode: 'normal'
  readonly hue: number
  readonly saturation: number
  /** 0: a colour, not a white. */
  readonly color_temp: number
  readonly brightness: number
}

/** How a light shines, or would if it were on. */
export class LightState {
  private look: Look

  constructor(
    private readonly profile: LightProfile,
    private readonly outlet: Outlet,
    brightness_pct: number,
  ) {
    this.look = { mode: 'normal', hue: 0, saturation: 0, color_temp: WHITE_K, brightness: brightness_pct }
    outlet.dim(brightness_pct / 100)
  }

  /** While off, what it shone like stands in `dft_on_state`. */
  state(): Json {
    return this.outlet.on ? { on_off: 1, ...this.look } : { on_off: 0, dft_on_state: this.look }
  }

  change(wanted: Json): Json {
    const hue = this.profile.color ? wanted.hue : undefined
    const saturation = this.profile.color ? wanted.saturation : undefined
    const color_temp = this.profile.color_temp_k ? wanted.color_temp : undefined
    if (!within(hue, 0, 360) || !within(saturation, 0, 100) || !within(wanted.brightness, 0, 100))
      return INVALID_ARGUMENT
    if (!within(wanted.on_off, 0, 1) || !this.isWhite(color_temp)) return INVALID_ARGUMENT
    const becomesColor = hue !== undefined || saturation !== undefined
    this.look = {
      mode: 'normal',
      hue: hue ?? this.look.hue,
      saturation: saturation ?? this.look.saturation,
      color_temp: color_temp ?? (becomesColor ? 0 : this.look.color_temp),
      brightness: wanted.brightness ?? this.look.brightness,
    }
    if (wanted.on_off !== undefined) this.outlet.switch(wanted.on_off === 1)
    this.outlet.dim(this.look.brightness / 100)
    return { ...this.state(), err_code: 0 }
  }

  private isWhite(color_temp: unknown): color_temp is number | undefined {
    const [minimum, maximum] = this.profile.color_temp_k ?? [WHITE_K, WHITE_K]
    return color_temp === 0 || within(color_temp, minimum, maximum)
  }
}

function within(value: unknown, minimum: number, maximum: number): value is number | undefined {
  if (value === undefined) return true
  return typeof value === 'number' && Number.isInteger(value) && value >= minimum && value <= maximum
}

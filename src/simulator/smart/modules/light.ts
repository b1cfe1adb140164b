import type { Json } from '../../answer'
import type { Outlet } from '../../outlet'
import { whole, type Components, type Setting, type SmartModule } from '../unit'

const WHITE_K = 2700

/** How a light shines, or would if it were on; a dimmer has the brightness alone. */
export class SmartLight implements SmartModule {
  readonly settings: Readonly<Record<string, Setting>>
  /** Told when it gets another look, which ends effects. */
  onLook: () => void = () => undefined
  /** Told when it gets another brightness, which ends the effects of strips alone. */
  onBrightness: () => void = () => undefined
  private hue = 0
  private saturation = 100
  /** 0: a colour, not a white. */
  private color_temp = WHITE_K

  constructor(
    private readonly outlet: Outlet,
    private readonly components: Components,
    private brightness: number,
    private readonly color_temp_k?: readonly [minimum: number, maximum: number],
  ) {
    outlet.dim(brightness / 100)
    if (color_temp_k) this.color_temp = Math.max(WHITE_K, color_temp_k[0])
    this.settings = {
      brightness: whole(1, 100, (value) => this.shine(value)),
      ...('color' in components ? this.colors() : {}),
      ...(color_temp_k ? { color_temp: this.white(color_temp_k) } : {}),
    }
  }

  info(): Json {
    const { brightness, hue, saturation, color_temp, color_temp_k } = this
    return {
      brightness,
      ...('color' in this.components ? { hue, saturation } : {}),
      ...(color_temp_k ? { color_temp, color_temp_range: color_temp_k } : {}),
    }
  }

  private shine(brightness: number): void {
    this.brightness = brightness
    this.outlet.dim(brightness / 100)
    this.onBrightness()
  }

  private colors(): Record<string, Setting> {
    return {
      hue: whole(0, 360, (hue) => {
        this.hue = hue
        this.look(0)
      }),
      saturation: whole(0, 100, (saturation) => {
        this.saturation = saturation
        this.look(0)
      }),
    }
  }

  private white([minimum, maximum]: readonly [number, number]): Setting {
    const within = whole(minimum, maximum, (color_temp) => this.look(color_temp))
    return (value) => (value === 0 ? () => this.look(0) : within(value))
  }

  private look(color_temp: number): void {
    this.color_temp = color_temp
    this.onLook()
  }
}

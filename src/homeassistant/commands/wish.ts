/** What a message wants, in whatever words it said so: at most one value for each key. */
export interface Wish {
  readonly on?: boolean | 'toggle'
  /** 0: off. */
  readonly brightness_pct?: number
  readonly color_temp_k?: number
  /** A colour temperature that the light cannot have is the nearest that it can. */
  readonly nearest?: true
  readonly color?: { readonly hue_deg: number; readonly saturation_pct: number }
  readonly effect?: string
  readonly light_preset?: number
  readonly led?: boolean
  readonly auto_off_min?: number
  readonly child_lock?: boolean
  readonly auto_update?: boolean
  readonly smooth_transitions?: boolean
  readonly smooth_on_s?: number
  readonly smooth_off_s?: number
  readonly motion_sensor?: boolean
  readonly power_limit_w?: number
  readonly countdown?: { readonly delay_s: number; readonly on: boolean }
  readonly alias?: string
  readonly reboot?: true
  readonly acknowledge?: true
  /** For so many minutes; true: for as long as the button does. */
  readonly silence?: true | number
  /** Understood, and not obeyed: lights fade in their own time. */
  readonly transition?: number
  /** Nor does any flash. */
  readonly flash?: true
}

export type WishKey = keyof Wish

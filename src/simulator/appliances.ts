import type { Random } from '../domain/clock'
import { tracePower, type PowerSource, type TracePoint } from './power-source'
import { seededRandom } from './seeded-random'

const DAY_S = 86_400

/** So long, so many watts. */
type Step = readonly [duration_s: number, watts: number]

const APPLIANCES = { fridge, kettle, television, 'washing-machine': washingMachine }

export type Appliance = keyof typeof APPLIANCES

export const APPLIANCE_NAMES = Object.keys(APPLIANCES) as Appliance[]

/** A day in the life of an appliance, at work first; the same for the same seed, repeated every day. */
export function appliance(name: Appliance, seed = 1): PowerSource {
  return tracePower(oneDay(APPLIANCES[name](seededRandom(seed))), DAY_S)
}

function oneDay(steps: Iterable<Step>): TracePoint[] {
  const points: TracePoint[] = []
  let second = 0
  for (const [duration_s, watts] of steps) {
    points.push([second, watts])
    second += duration_s
    if (second >= DAY_S) break
  }
  return points
}

function* fridge(random: Random): Generator<Step> {
  for (;;) {
    yield [1, between(random, 350, 600)]
    const minutes = between(random, 6, 14)
    for (let minute = 0; minute < minutes; minute++) yield [60, 96 - minute + random()]
    yield [between(random, 300, 1200), 1.3]
  }
}

function* kettle(random: Random): Generator<Step> {
  for (;;) {
    yield [between(random, 60, 200), 1950 + 80 * random()]
    yield [between(random, 120, 2400), 0]
  }
}

function* television(random: Random): Generator<Step> {
  for (;;) {
    const scenes = between(random, 60, 400)
    for (let scene = 0; scene < scenes; scene++) yield [between(random, 5, 30), 75 + 50 * random()]
    yield [between(random, 60, 1800), 0.6]
  }
}

function* washingMachine(random: Random): Generator<Step> {
  for (;;) {
    yield [90, 9]
    yield [between(random, 480, 1080), 2030 + 20 * random()]
    for (let turn = 0; turn < 60; turn++) {
      yield [between(random, 8, 16), 160 + 90 * random()]
      yield [between(random, 4, 9), 6]
    }
    for (let spin = 0; spin < 30; spin++) yield [10, 250 + 10 * spin + 30 * random()]
    yield [between(random, 120, 3600), 0.9]
  }
}

function between(random: Random, low: number, high: number): number {
  return Math.floor(low + (high - low) * random())
}

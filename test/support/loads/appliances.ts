import type { Random } from '../../../src/domain/clock'
import type { Step } from './load'

const DAY_S = 86_400

/** What a household has, without end; seconds are whole, watts have three decimals at most. */
export const APPLIANCES = { fridge, washingMachine, kettle, standby, solar, lamp, anything, heater }

export type Appliance = keyof typeof APPLIANCES

function* fridge(random: Random): Generator<Step> {
  for (;;) {
    yield [2, between(random, 350, 600)]
    for (let minute = between(random, 12, 16); minute > 0; minute--) yield [60, 76 + minute / 2]
    yield [between(random, 2300, 2700), 1.3]
  }
}

function* washingMachine(random: Random): Generator<Step> {
  for (;;) {
    yield [between(random, 20_000, 60_000), 0.4]
    yield [between(random, 780, 1020), 2040]
    for (let turn = 0; turn < 90; turn++) {
      yield [between(random, 10, 20), between(random, 150, 250)]
      yield [between(random, 4, 9), 5.5]
    }
    yield [between(random, 400, 600), 480]
  }
}

function* kettle(random: Random): Generator<Step> {
  for (;;) {
    yield [between(random, 3600, 24_000), 0]
    yield [between(random, 90, 240), between(random, 1950, 2050)]
  }
}

/** The same for weeks, far below what a counter shows in an hour. */
function* standby(): Generator<Step> {
  for (;;) yield [DAY_S, 0.7]
}

/** Feeds in, so that its power is below 0; clouds come and go. */
function* solar(random: Random): Generator<Step> {
  for (;;) {
    yield [7 * 3600, 0]
    for (let minute = 0; minute < 600; minute++) {
      const sky = Math.sin((Math.PI * minute) / 600) * (random() < 0.1 ? 0.4 : 1)
      yield [60, -Math.round(580_000 * sky) / 1000]
    }
    yield [7 * 3600, 0]
  }
}

function* lamp(random: Random): Generator<Step> {
  for (;;) {
    yield [between(random, 20_000, 70_000), 0]
    yield [between(random, 1800, 14_400), 9.2]
  }
}

/** Any power for any time. */
function* anything(random: Random): Generator<Step> {
  for (;;) yield [between(random, 20, 1800), Math.round(1_500_000 * random() ** 3) / 1000]
}

/** Keeps a room warm by turns of minutes. */
function* heater(random: Random): Generator<Step> {
  for (;;) {
    yield [between(random, 240, 360), 1480]
    yield [between(random, 500, 900), 2.1]
  }
}

function between(random: Random, low: number, high: number): number {
  return Math.floor(low + (high - low) * random())
}

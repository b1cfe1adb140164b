import type { NodeAPI } from 'node-red'
import type { DeviceEvent } from '../../src/domain/event'
import type { Reading } from '../../src/domain/reading'
import type { RecordedEnergy } from '../../src/domain/recorded-energy'
import type { Fleet } from '../../src/polling/fleet'
import { atMostEvery } from '../shared/at-most-every'
import { backPressure } from '../shared/back-pressure'
import { firstName, propertyOf } from '../shared/device-name'
import type { Message } from '../shared/input'
import { register } from '../shared/register'
import { fleetStatus } from './fleet-status'
import { Gatherer } from './gatherer'
import { schema } from './kasa-poll.schema'
import { ReadingFilter } from './reading-filter'
import { Requests } from './requests'

const STATUS_EVERY_MS = 1000

export = (RED: NodeAPI): void =>
  register(RED, schema, ({ node, settings, scope, service, status, input }) => {
    const fleet = service<Fleet>('fleet')
    const filter = new ReadingFilter(settings)
    const inArrays = settings.deliver === 'array'
    const gatherer = new Gatherer(settings.gather_ms, scope, (readings) => node.send(messageOf(readings)))
    const pass = (reading: Reading) => {
      if (!filter.passes(reading)) return
      // A copy: the fleet's own is shared, and whoever gets a message may change it.
      if (inArrays) gatherer.add({ ...reading })
      else node.send(messageOf({ ...reading }))
    }
    const requests = new Requests(fleet, scope, pass)
    const covered = () => fleet.devices().filter(({ device, device_id }) => filter.covers(device ?? { device_id }))
    const refresh = atMostEvery(STATUS_EVERY_MS, scope, () =>
      status.show(...fleetStatus(covered(), backPressure.slowdown)),
    )

    const onReading = (reading: Reading) => {
      if (filter.covers(reading)) requests.receive(reading)
    }
    const onEvent = (event: DeviceEvent) => {
      refresh()
      if (filter.coversAll || filter.covers(deviceOf(event))) {
        node.send([null, { topic: event.device_id ?? event.host, payload: { ...event } }])
      }
    }
    const deviceOf = ({ device_id }: DeviceEvent) =>
      fleet.devices().find((each) => each.device_id === device_id)?.device ?? { device_id }
    const onRecorded = (records: readonly RecordedEnergy[]) => {
      const payload = records.filter((record) => filter.covers(record)).map((record) => ({ ...record }))
      if (payload.length > 0) node.send([null, null, { topic: 'recorded', payload }])
    }
    scope.own(fleet.subscribe({ onReading, onEvent, onRecorded }))
    scope.own(backPressure.watch(refresh))

    input(async (message, send) => {
      const name = wantedDevice(message)
      const names = name === undefined ? covered().flatMap(({ device_id }) => device_id ?? []) : [name]
      const answer = (payload: Reading | Reading[]) =>
        send({ ...RED.util.cloneMessage(message), ...messageOf(payload) })
      if (!inArrays) return requests.read(names, answer)
      const readings: Reading[] = []
      await requests.read(names, (reading) => readings.push(reading))
      answer(readings)
    })
  })

function messageOf(payload: Reading | Reading[]): { topic: string; payload: Reading | Reading[] } {
  return { topic: Array.isArray(payload) ? 'readings' : payload.device_id, payload }
}

function wantedDevice({ payload, topic }: Message): string | undefined {
  return firstName(payload, propertyOf(payload, 'device_id'), propertyOf(payload, 'alias'), topic)
}

import { counter, each, gauge, type Group, type Labelled } from '../family'
import type { HostFigures, InterfaceCounters } from '../meters/host-meter'

const ofInterfaces =
  (value: (counters: InterfaceCounters) => number) =>
  ({ network }: HostFigures): Labelled[] =>
    network.map((counters) => ({ labels: { interface: counters.name }, value: value(counters) }))

export const HOST: Group<HostFigures> = {
  title: 'The host',
  labels: [],
  families: {
    kasa_host_cpu_seconds_total: counter(
      'Time of all processors together, by what they did',
      ({ cpu_s }) => each('mode', { ...cpu_s }),
      'mode',
    ),
    kasa_host_cpus: gauge('Processors', ({ cpus }) => cpus),
    kasa_host_load1: gauge(
      'Processes that wanted to run, on average over a minute; not on Windows',
      ({ load }) => load,
    ),
    kasa_host_memory_size_bytes: gauge('Memory', ({ memory }) => memory.size_bytes),
    kasa_host_memory_available_bytes: gauge('Of it, what programs can have', ({ memory }) => memory.available_bytes),
    kasa_host_disk_size_bytes: gauge('The disk that Node-RED keeps its files on', ({ disk }) => disk?.size_bytes),
    kasa_host_disk_used_bytes: gauge('Of it, what is in use', ({ disk }) => disk?.used_bytes),
    kasa_host_disk_available_bytes: gauge('Of it, what Node-RED can have', ({ disk }) => disk?.available_bytes),
    kasa_host_network_receive_bytes_total: counter(
      'Bytes received; on Linux',
      ofInterfaces(({ received_bytes }) => received_bytes),
      'interface',
    ),
    kasa_host_network_transmit_bytes_total: counter(
      'Bytes sent; on Linux',
      ofInterfaces(({ sent_bytes }) => sent_bytes),
      'interface',
    ),
    kasa_host_network_receive_errors_total: counter(
      'Packets received with errors; on Linux',
      ofInterfaces(({ receive_errors }) => receive_errors),
      'interface',
    ),
    kasa_host_network_transmit_errors_total: counter(
      'Packets that could not be sent; on Linux',
      ofInterfaces(({ send_errors }) => send_errors),
      'interface',
    ),
  },
}

import { counter, each, gauge, type Group, histogram } from '../family'
import type { ProcessFigures } from '../meters/process-meter'

export const PROCESS: Group<ProcessFigures> = {
  title: 'The process of Node-RED',
  labels: [],
  families: {
    kasa_build_info: gauge(
      '1, with the versions that run',
      ({ versions: { pack: version, node, node_red } }) => [{ labels: { version, node, node_red }, value: 1 }],
      ...['version', 'node', 'node_red'],
    ),
    kasa_process_start_timestamp_seconds: gauge('When it was started, since the epoch', ({ started_s }) => started_s),
    kasa_process_cpu_seconds_total: counter(
      'Processor time that it used, all threads together',
      ({ cpu_s: { user, system } }) => each('mode', { user, system }),
      'mode',
    ),
    kasa_process_resident_memory_bytes: gauge('Memory that it has (RSS)', ({ memory }) => memory.rss),
    kasa_process_heap_used_bytes: gauge('Of the JavaScript heap, what is in use', ({ memory }) => memory.heapUsed),
    kasa_process_heap_size_bytes: gauge('Size of the JavaScript heap', ({ memory }) => memory.heapTotal),
    kasa_process_heap_limit_bytes: gauge('Size that it may reach', ({ heap_limit_bytes }) => heap_limit_bytes),
    kasa_process_external_memory_bytes: gauge(
      'Memory outside the heap, such as buffers',
      ({ memory }) => memory.external,
    ),
    kasa_process_event_loop_delay_seconds: histogram(
      'How much later than planned a timer of 20 ms came: how long messages and polls were held up',
      ({ event_loop_delay }) => event_loop_delay,
    ),
    kasa_process_event_loop_busy_seconds_total: counter(
      'Time in which the event loop was at work',
      ({ event_loop_busy_s }) => event_loop_busy_s,
    ),
    kasa_process_garbage_collection_seconds: histogram(
      'How long garbage collections took, by their kind',
      ({ garbage_collections }) => each('kind', garbage_collections),
      'kind',
    ),
    kasa_node_red_nodes: gauge('Nodes in the deployed flows, config nodes included', ({ flows }) => flows.nodes),
    kasa_node_red_flows: gauge('Flows: tabs of the editor', ({ flows }) => flows.flows),
  },
}

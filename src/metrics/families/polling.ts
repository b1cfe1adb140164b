import type { PollerStatistics } from '../../polling/statistics'
import { counter, each, gauge, type Group, histogram } from '../family'

/** Of a fleet. */
export const POLLING: Group<PollerStatistics> = {
  title: 'Polling',
  labels: ['fleet'],
  families: {
    kasa_polls_total: counter('Polls that were begun, repetitions included', ({ polls }) => polls),
    kasa_poll_failures_total: counter(
      'Polls that failed, by the code of the error',
      ({ failures_by_code }) => each('code', failures_by_code),
      'code',
    ),
    kasa_poll_retries_total: counter('Polls repeated at once, because the cause was passing', ({ retries }) => retries),
    kasa_polls_skipped_total: counter(
      'Polls not made, because the one before was still running or waiting',
      ({ skipped }) => skipped,
    ),
    kasa_polls_held_total: counter(
      'Polls not made, because the circuit breaker of the host was open',
      ({ held }) => held,
    ),
    kasa_poll_cached_reads_total: counter(
      'Readings that somebody asked for and got from the cache',
      ({ cached_reads }) => cached_reads,
    ),
    kasa_readings_emitted_total: counter(
      'Readings that were passed on; the others were within the deadband',
      ({ readings_emitted }) => readings_emitted,
    ),
    kasa_recordings_total: counter(
      'Devices that were asked what they had recorded while they were not polled',
      ({ recordings }) => recordings,
    ),
    kasa_recording_failures_total: counter('Such questions that failed', ({ recordings_failed }) => recordings_failed),
    kasa_polls_in_flight: gauge('Polls under way', ({ in_flight }) => in_flight),
    kasa_poll_places: gauge(
      'Polls that may be under way with hosts that answer; those in doubt have as many',
      ({ places }) => places,
    ),
    kasa_polls_waiting: gauge('Hosts that are due and wait for a place or the budget', ({ waiting }) => waiting),
    kasa_poll_slowdown_ratio: gauge(
      'How many times more slowly than its rule says each device is polled, for a database that is full',
      ({ slowdown }) => slowdown,
    ),
    kasa_circuit_breakers: gauge(
      'Hosts, by the state of their circuit breaker',
      ({ circuits: { closed, open, 'half-open': half_open } }) => each('state', { closed, open, half_open }),
      'state',
    ),
    kasa_poll_duration_seconds: histogram(
      'From the question to the reading, of polls that went well',
      (now) => now.latency,
    ),
    kasa_poll_lateness_seconds: histogram('From when a poll was due to when it was sent', ({ lateness }) => lateness),
  },
}

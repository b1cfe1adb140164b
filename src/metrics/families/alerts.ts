import type { AlertStatus } from '../../alerting/alert-engine'
import { counter, each, gauge, type Group, histogram, oneIf } from '../family'

export const ALERTS: Group<AlertStatus> = {
  title: 'Alerts',
  labels: ['alert'],
  families: {
    kasa_alert_incidents: gauge('Incidents that are open', ({ firing }) => firing),
    kasa_alert_critical: gauge('1 while an open incident is critical', ({ severity }) =>
      oneIf(severity === 'critical'),
    ),
    kasa_alert_pending: gauge('Conditions that hold, not long enough yet', ({ pending }) => pending),
    kasa_alert_watched: gauge('Devices and topics that a rule watches', ({ watched }) => watched),
    kasa_alert_changes_total: counter(
      'Changes of state of a rule on a device, by what changed',
      ({ changes }) => each('change', changes),
      'change',
    ),
    kasa_alert_evaluation_duration_seconds: histogram(
      'How long the rules took that watch something of which news came',
      ({ evaluations }) => evaluations,
    ),
    kasa_alert_waiting: gauge('Incidents with news that has not been told yet', ({ waiting }) => waiting),
  },
}

import type { AlertStatus } from '../../alerting/alert-engine'
import { gauge, type Group, oneIf } from '../family'

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
    kasa_alert_waiting: gauge('Incidents with news that has not been told yet', ({ waiting }) => waiting),
  },
}

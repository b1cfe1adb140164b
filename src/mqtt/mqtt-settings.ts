import { parseOptions, type ValuesOf } from '../domain/options'
import { Secret } from '../domain/secret'
import { parseCertificates, type Certificates } from './certificates'
import { optionalText, refusal, type Given } from './given'
import { mqttName, parseMqttUrl, type MqttAddress } from './mqtt-address'
import { MQTT_OPTIONS } from './mqtt-options'

/** How to reach a broker, checked. */
export interface MqttSettings extends ValuesOf<typeof MQTT_OPTIONS>, Certificates {
  /** `mqtts://host:8883`: what people call it. */
  readonly url: string
  readonly address: MqttAddress
  /** Absent: one that nobody else has. */
  readonly client_id?: string
  readonly username?: string
  readonly password?: Secret
}

const LONGEST_CLIENT_ID = 128
const LONGEST_LOGIN = 1000
const CLIENT_ID = /^[\w.:@-]+$/

/** @throws MonitorError `CONFIG_INVALID` naming the setting; what is secret is never repeated in it */
export function parseMqttSettings(given: Given): MqttSettings {
  const address = parseMqttUrl(given.url)
  return {
    ...parseOptions(MQTT_OPTIONS, given),
    url: mqttName(address),
    address,
    ...parseClientId(given.client_id),
    ...parseLogin(given.username, given.password),
    ...parseCertificates(given),
  }
}

function parseClientId(given: unknown): Pick<MqttSettings, 'client_id'> {
  const range = `at most ${LONGEST_CLIENT_ID} letters, digits and . : @ _ -`
  const client_id = optionalText('client_id', given, LONGEST_CLIENT_ID, range)?.trim()
  if (client_id === undefined) return {}
  if (!CLIENT_ID.test(client_id)) throw refusal('client_id', range)
  return { client_id }
}

function parseLogin(given_name: unknown, given_password: unknown): Pick<MqttSettings, 'username' | 'password'> {
  const text = (field: string, given: unknown) =>
    optionalText(field, given, LONGEST_LOGIN, `at most ${LONGEST_LOGIN} characters`)
  const username = text('username', given_name)
  const password = text('password', given_password)
  // MQTT 3.1.1 knows no password without a user (section 3.1.2.9).
  if (username === undefined && password !== undefined) throw refusal('username', 'the user of the password')
  return {
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password: new Secret(password) }),
  }
}

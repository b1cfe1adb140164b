/** MQTT 3.1.1, section 4.7.3. */
const LONGEST_TOPIC_BYTES = 65_535
const UNFIT = ['+', '#', '\0']

/** Whether one may publish there: a broker ends the connection of whoever publishes elsewhere. */
export function isTopic(topic: string): boolean {
  if (topic === '' || UNFIT.some((character) => topic.includes(character))) return false
  return topic.length * 3 <= LONGEST_TOPIC_BYTES || Buffer.byteLength(topic) <= LONGEST_TOPIC_BYTES
}

/** Whether a topic is meant by a filter, in which `+` stands for one level and `#` for all that follow. */
export function topicMatcher(filter: string): (topic: string) => boolean {
  const wanted = filter.split('/')
  const is_open = wanted.at(-1) === '#'
  if (is_open) wanted.pop()
  return (topic) => {
    const levels = topic.split('/')
    if (is_open ? levels.length < wanted.length : levels.length !== wanted.length) return false
    // What belongs to the broker itself is not meant by who names no level of it (section 4.7.2).
    if (topic.startsWith('$') && !filter.startsWith('$')) return false
    return wanted.every((level, at) => level === '+' || level === levels[at])
  }
}

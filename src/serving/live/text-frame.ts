const FINAL_TEXT = 0x81
/** What one byte can say of a length; these say how many bytes follow that do. */
const IN_ONE_BYTE = 125
const IN_TWO_BYTES = 126
const IN_EIGHT_BYTES = 127

/** A text message of WebSocket as a server writes it: in one frame, and not masked (RFC 6455, section 5.2). */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const start = length <= IN_ONE_BYTE ? 2 : length <= 0xffff ? 4 : 10
  const frame = Buffer.allocUnsafe(start + length)
  frame[0] = FINAL_TEXT
  if (start === 2) frame[1] = length
  if (start === 4) frame.writeUInt16BE(length, frame.writeUInt8(IN_TWO_BYTES, 1))
  if (start === 10) frame.writeBigUInt64BE(BigInt(length), frame.writeUInt8(IN_EIGHT_BYTES, 1))
  frame.write(text, start)
  return frame
}

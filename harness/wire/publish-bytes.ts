/** How many bytes a PUBLISH has on the wire: MQTT 3.1.1, 2.2 and 3.3. */
import type { Packet } from '#kernel';

export function publishBytes(
  { topic, payload }: Pick<Packet, 'topic' | 'payload'>,
  qos: 0 | 1 | 2,
): number {
  const rest = 2 + Buffer.byteLength(topic) + (qos > 0 ? 2 : 0) + payload.length;
  const lengthBytes = rest < 128 ? 1 : rest < 16_384 ? 2 : rest < 2_097_152 ? 3 : 4;
  return 1 + lengthBytes + rest;
}

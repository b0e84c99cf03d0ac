/**
 * Devices may speak MQTT 5, as ThingsBoard's own client does, and the broker behind the API 3.1.1:
 * the same packets, without what only the newer one can say.
 */
import type { IConnectPacket, Packet } from 'mqtt-packet';

/** A session without an expiry of its own ends with its connection. */
export function asFour({ properties, ...connect }: IConnectPacket): IConnectPacket {
  if (connect.protocolVersion !== 5) return connect;
  const isKept = (properties?.sessionExpiryInterval ?? 0) > 0;
  const { will } = connect;
  const plain = will === undefined ? {} : { will: { ...will, properties: {} } };
  return { ...connect, ...plain, protocolVersion: 4, clean: !isKept };
}

/** Return codes of a CONNACK in 3.1.1 → reason codes. */
const REASONS = [0x00, 0x84, 0x85, 0x88, 0x86, 0x87];
const FAILED = 0x80;

export function asFive(packet: Packet): Packet {
  switch (packet.cmd) {
    case 'connack': {
      const { cmd, sessionPresent, returnCode = 0 } = packet;
      return { cmd, sessionPresent, reasonCode: REASONS[returnCode] ?? FAILED };
    }
    case 'puback':
      return { cmd: 'puback', messageId: packet.messageId ?? 0, reasonCode: 0 };
    case 'unsuback': {
      const { messageId = 0, granted = [] } = packet;
      return { cmd: 'unsuback', messageId, granted: granted as number[] };
    }
    default:
      return packet;
  }
}

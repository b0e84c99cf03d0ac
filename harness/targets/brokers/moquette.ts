/** Moquette with its sessions on disk. */
import { defineBroker } from '../broker.ts';

const SEEN = 'seen of 0.17 by a raw client';

export default defineBroker({
  kind: 'moquette',
  summary: 'Moquette',
  binaries: [],
  promises: {
    durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
    maxQos: { value: 2, because: 'a scene at QoS 2 in the bench of foreign brokers' },
    retained: {
      value: 'unflagged',
      because: `${SEEN}: retained values come without their flag`,
    },
    packetBytes: { value: 8192, because: `${SEEN}: larger packets end the connection` },
    mqtt: { value: '3.1.1', because: 'the version that is spoken to it here' },
  },
});

/**
 * Sensors as k6 has them: each user connects, and says every moment what it measures, at QoS 1. The
 * run judges each message like a device's; the threshold is k6's own.
 */
import type { Options } from 'k6/options';
import { connected, sendAll } from './lib/mqtt.ts';

export const options: Options = {
  thresholds: { twinstorm_ack: ['p(95)<5000'] },
};

export default function (): Promise<void> {
  return connected((client) =>
    sendAll(client, (n) => ({ temperature: 20 + 5 * Math.sin(n / 10), load: n % 100 })),
  );
}

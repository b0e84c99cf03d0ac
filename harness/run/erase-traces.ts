/**
 * The last undo on a target that is not ours: ends every persistent session by a clean connect, and
 * clears retained values by publishing nothing in their place. Bounded; what cannot be erased is
 * left, and the run's nonce keeps it apart from the next one.
 */
import type { Duplex } from 'node:stream';
import type { Clock } from '#kernel';
import { LightClient, type LightClientEvents } from '../wire/light-client.ts';
import type { Credentials } from '../wire/links.ts';

export interface ErasePorts {
  clock: Clock;
  open(): Duplex;
  credentials: Credentials;
}

const AT_ONCE = 32;
const EACH_MS = 5000;
const EMPTY = new Uint8Array(0);

export async function eraseTraces(
  ports: ErasePorts,
  name: string,
  sessions: readonly string[],
  retained: readonly string[],
): Promise<void> {
  const waiting = [...sessions];
  const erase = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await connectOnce(ports, next, []);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, erase));
  if (retained.length > 0) await connectOnce(ports, name, retained);
}

/** A clean connect that clears the named topics and says goodbye when all are acknowledged. */
function connectOnce(ports: ErasePorts, name: string, topics: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    let left = topics.length;
    const end = (): void => {
      cancel();
      client.disconnect();
      resolve();
    };
    const events: LightClientEvents<null> = {
      connected: () => {
        if (left === 0) end();
        topics.forEach((topic, key) => void client.publish(key, topic, EMPTY, 1, true));
      },
      acked: () => {
        if (--left === 0) end();
      },
      refused: () => end(),
      closed: () => end(),
      abandoned: () => {},
      received: () => {},
      subscribed: () => {},
    };
    const cancel = ports.clock.after(EACH_MS, end);
    const { credentials } = ports;
    const client = new LightClient(
      ports.open(),
      {
        clientId: credentials.clientId(name),
        username: credentials.userName(name),
        password: credentials.password(name),
        clean: true,
        // Nobody pings: it is over long before.
        keepAliveS: 60,
        queueLimit: Math.max(1, topics.length),
      },
      events,
      null,
    );
  });
}

/**
 * TEST ONLY. A broker on loopback (Aedes, as it comes from npm) that answers for device shadows like
 * AWS IoT: one shadow for each thing that it knows.
 */
import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { type Bug, type Denial, Shadow, type Told } from './shadow.ts';

const TOPIC = /^\$aws\/things\/([^/]+)\/shadow\/(update|get)$/;

export interface Emulator {
  port: number;
  shadowOf(thing: string): Shadow | undefined;
  /** How often it has rejected, by code. */
  rejections: ReadonlyMap<number, number>;
  close(): Promise<void>;
}

/** What is asked of a thing: that it is set, that it is said how it is, or to be told. */
export type Ask = 'wish' | 'report' | 'get';

/** Who may not ask what; null where he may. */
export type Policy = (thing: string, ask: Ask) => Denial | null;

const ANYBODY: Policy = () => null;

export async function startEmulator(
  bug: Bug | null = null,
  policy: Policy = ANYBODY,
): Promise<Emulator> {
  const broker = await Aedes.createBroker();
  const shadows = new Map<string, Shadow>();
  const rejections = new Map<number, number>();
  const startedAt = performance.now();
  const tell = (thing: string, { topic, document }: Told): void => {
    const { code } = document as { code?: number };
    if (code !== undefined) rejections.set(code, (rejections.get(code) ?? 0) + 1);
    broker.publish(
      {
        cmd: 'publish',
        topic: `$aws/things/${thing}/shadow/${topic}`,
        payload: Buffer.from(JSON.stringify(document)),
        qos: 1,
        retain: false,
        dup: false,
      },
      () => {},
    );
  };
  broker.on('publish', ({ topic, payload }, client) => {
    const [, thing, what] = TOPIC.exec(topic) ?? [];
    if (client === null || thing === undefined) return;
    const shadow = shadows.get(thing) ?? new Shadow(bug);
    shadows.set(thing, shadow);
    const bytes = Buffer.from(payload);
    const now = performance.now() - startedAt;
    const denied = policy(thing, what === 'get' ? what : askIn(bytes));
    if (denied !== null) {
      for (const one of shadow.deny(`${what}`, bytes, denied, now)) tell(thing, one);
      return;
    }
    const told = what === 'update' ? shadow.update(bytes, now) : shadow.get(bytes, now);
    for (const one of told) tell(thing, one);
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    broker.handle(socket);
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  return {
    port,
    shadowOf: (thing) => shadows.get(thing),
    rejections,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(() => resolve()));
    },
  };
}

const askIn = (bytes: Buffer): Ask => (bytes.includes('"desired"') ? 'wish' : 'report');

/**
 * Whether a foreign target speaks MQTT with us at all, asked once before a fleet is started: a port
 * that something else holds, a certificate nobody trusts or a refused password is one clear error
 * then, and not a fleet that never comes online.
 */
import type { Duplex } from 'node:stream';
import { MqttClient } from 'mqtt';
import { WorldError } from '#kernel';
import type { Credentials } from '../wire/links.ts';
import { loginOf } from '../wire/login.ts';
import { type Address, TcpLinks } from '../wire/tcp-links.ts';
import { reasonOf } from './refusals.ts';

const ANSWER_MS = 10_000;
const REMEDY = 'check that a broker listens there, and the credentials, CA and port of target';
/** Who asks: an observer, since a credentials file that knows the observers is enough to run. */
const NAME = 'observer/0/0';

export function sayHello(address: Address, credentials: Credentials): Promise<void> {
  const links = new TcpLinks(address, new Map());
  const where = `${address.host}:${address.port}`;
  return new Promise((resolve, reject) => {
    let failure: NodeJS.ErrnoException | null = null;
    const open = (): Duplex => {
      const stream = links.direct();
      // mqtt tells of few of a stream's errors, and of none of TLS.
      stream.on('error', (error) => {
        failure ??= error;
      });
      return stream;
    };
    const client = new MqttClient(open, {
      protocolVersion: 4,
      ...loginOf(credentials, NAME),
      clean: true,
      reconnectPeriod: 0,
      connectTimeout: ANSWER_MS,
    });
    let isOver = false;
    // Its own listeners stay: without them mqtt would wait out its timers before we could end.
    const end = (error: WorldError | null): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      client.end(error !== null);
      if (error === null) resolve();
      else reject(error);
    };
    const refuse = (why: string): void => {
      const { says, remedy } = reasonOf(address, failure) ?? { says: why, remedy: REMEDY };
      const but = 'takes connections, but does not let us in as an MQTT broker would';
      end(new WorldError('unreachable', `${where} ${but}: ${says}`, remedy));
    };
    const timer = setTimeout(
      () => refuse(`no answer to CONNECT within ${ANSWER_MS / 1000} s`),
      ANSWER_MS,
    );
    client.on('connect', () => end(null));
    client.on('error', (error) => refuse(error.message));
    client.on('close', () => refuse('it closed the connection'));
  });
}

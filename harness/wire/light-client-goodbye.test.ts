/** A goodbye that meets a connection which the server had torn down is told as unheard. */
import { connect, createServer, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { until } from '../testing/brokers.ts';
import { LightClient, type LightClientEvents } from './light-client.ts';

interface Owner {
  said: string[];
}

const silent = (): void => {};
const events: LightClientEvents<Owner> = {
  connected: ({ owner }) => void owner.said.push('connected'),
  refused: silent,
  closed: ({ owner }) => void owner.said.push('closed'),
  unheard: ({ owner }) => void owner.said.push('unheard'),
  acked: silent,
  abandoned: silent,
  received: silent,
  subscribed: silent,
};
const CONNACK = Uint8Array.of(0x20, 2, 0, 0);

it.each([
  ['was torn down before', true, ['connected', 'unheard']],
  ['stands', false, ['connected']],
])('over a connection that %s', async (_, isTornDown, said) => {
  const accepted: Socket[] = [];
  const server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', silent);
    socket.once('data', () => {
      socket.write(CONNACK);
      socket.on('data', () => socket.end());
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const owner: Owner = { said: [] };
  const stream = connect({ port, host: '127.0.0.1' });
  const options = { clientId: 'd', username: '', password: '', clean: true, keepAliveS: 10 };
  const client = new LightClient(stream, options, events, owner);
  await until(() => owner.said.includes('connected'));
  if (isTornDown) accepted[0]?.resetAndDestroy();
  client.disconnect();
  await until(() => stream.closed);
  expect(owner.said).toEqual(said);
  server.close();
});

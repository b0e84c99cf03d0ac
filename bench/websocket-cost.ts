/**
 * What a connection over WebSocket costs a shard: memory of idle ones and the time to open them, by
 * the framing of our own, by `ws`, and bare TCP for comparison. Each is tried in a process of its
 * own, against a server in another.
 *
 *   node bench/websocket-cost.ts [connections]
 */
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws';
import { WebSocketStream } from '../harness/wire/websocket-stream.ts';

const [way = '2000', port = '', count = ''] = process.argv.slice(2);
const BURST = 200;
const HELLO = Buffer.from(
  'what a CONNECT is about as long as, so that both sides have spoken once',
);

if (way === 'server') await serve();
else if (port !== '') await measure(way, Number(port), Number(count));
else await lead(Number(way));

async function lead(connections: number): Promise<void> {
  const server = fork(import.meta.filename, ['server']);
  const [ports] = (await once(server, 'message')) as [{ tcp: number; ws: number }];
  try {
    for (const one of ['tcp', 'own', 'ws']) {
      const at = one === 'tcp' ? ports.tcp : ports.ws;
      const args = ['--expose-gc', import.meta.filename, one, String(at), String(connections)];
      spawnSync(process.execPath, args, { stdio: 'inherit' });
    }
  } finally {
    server.kill();
  }
}

/** Sends back whatever it hears. */
async function serve(): Promise<void> {
  const tcp = createServer((socket) => socket.on('error', () => {}).pipe(socket));
  const ws = new WebSocketServer({ port: 0, host: '127.0.0.1', backlog: 4096 });
  ws.on('connection', (socket) => {
    socket.on('error', () => {}).on('message', (data) => socket.send(data));
  });
  tcp.listen(0, '127.0.0.1');
  await Promise.all([once(tcp, 'listening'), once(ws, 'listening')]);
  const portOf = (one: { address(): unknown }) => (one.address() as AddressInfo).port;
  process.send?.({ tcp: portOf(tcp), ws: portOf(ws) });
}

function open(one: string, at: number, k: number): Duplex {
  const host = '127.0.0.1';
  const source = { localAddress: `127.0.0.${1 + Math.floor(k / 2000)}` };
  if (one === 'ws') {
    const socket = new WebSocket(`ws://${host}:${at}/`, 'mqtt', {
      perMessageDeflate: false,
      ...source,
    });
    return createWebSocketStream(socket);
  }
  const socket = connect({ port: at, host, noDelay: true, ...source });
  return one === 'tcp'
    ? socket
    : new WebSocketStream(socket, { authority: `${host}:${at}`, path: '/' });
}

async function measure(one: string, at: number, connections: number): Promise<void> {
  globalThis.gc?.();
  const before = process.memoryUsage();
  const began = performance.now();
  const streams: Duplex[] = [];
  while (streams.length < connections) {
    const burst = Array.from({ length: Math.min(BURST, connections - streams.length) }, (_, k) =>
      open(one, at, streams.length + k),
    );
    streams.push(...burst);
    await Promise.all(
      burst.map((stream) => {
        stream.write(HELLO);
        return once(stream, 'data');
      }),
    );
  }
  const seconds = (performance.now() - began) / 1000;
  globalThis.gc?.();
  const after = process.memoryUsage();
  const each = (key: 'heapUsed' | 'rss') =>
    ((after[key] - before[key]) / connections / 1024).toFixed(1);
  process.stdout.write(
    `${one}: ${connections} connections, ${each('heapUsed')} KiB of heap and ${each('rss')} KiB ` +
      `resident each, ${Math.round(connections / seconds)} a second\n`,
  );
  process.exit(0);
}

/**
 * MQTT over WebSocket in front of anything that takes MQTT over TCP or TLS: what comes in frames
 * goes on as bytes and back. So a client that can only speak WebSocket goes through the same
 * proxies as everybody, and a target needs no listener for it. The path of the URL says where it
 * leads: `/<n>` is the n-th of the ways that the bridge was given.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Address, TcpLinks } from './tcp-links.ts';

export interface WsBridge {
  port: number;
  close(): Promise<void>;
}

/** More than this that one side has not taken, and the other has to wait. */
const HELD_BYTES = 1 << 20;
const NORMAL = 1000;

export async function openWsBridge(ways: readonly Address[]): Promise<WsBridge> {
  const links = ways.map((way) => new TcpLinks(way, new Map()));
  const http = createServer((_, response) => response.writeHead(426).end());
  const sockets = new WebSocketServer({
    server: http,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  sockets.on('connection', (socket, { url = '' }) => {
    const way = links[Number(/^\/(\d+)$/.exec(url)?.[1] ?? -1)];
    if (way === undefined) socket.close(1008, 'there is no such way');
    else join(socket, way);
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(0, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;
  return {
    port,
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      return new Promise((resolve) => {
        http.close(() => resolve());
      });
    },
  };
}

/** Whoever goes first takes the other along. */
function join(socket: WebSocket, links: TcpLinks): void {
  const stream = links.direct();
  socket.binaryType = 'nodebuffer';
  socket.on('message', (data: Buffer, isBinary) => {
    // MQTT 3.1.1 §6.0: other than binary frames end the connection.
    if (!isBinary) return socket.close(1003, 'MQTT goes in binary frames');
    if (!stream.write(data)) socket.pause();
  });
  stream.on('drain', () => socket.resume());
  stream.on('data', (bytes: Buffer) => {
    socket.send(bytes, () => {
      if (stream.isPaused() && socket.bufferedAmount < HELD_BYTES) stream.resume();
    });
    if (socket.bufferedAmount >= HELD_BYTES) stream.pause();
  });
  stream.on('error', () => socket.terminate());
  // A reset on the one side is none on the other: a client sees the connection end either way.
  stream.on('close', () => socket.close(NORMAL));
  socket.on('error', () => stream.destroy());
  socket.on('close', () => stream.destroy());
}

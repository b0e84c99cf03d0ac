/**
 * A connection over WebSocket as its user sees it: a stream like any other. `ws` is the peer of the
 * good ones; the bad ones are played by hand.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { Duplex, duplexPair } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';
import { damaged } from '../../kernel/testing/fuzz.ts';
import { serverFrame, serverFrames, shortMessages } from '../testing/websocket-frames.ts';
import { WebSocketStream } from './websocket-stream.ts';

const PLACE = { authority: 'broker.example:9001', path: '/mqtt' };

const open: { close(): unknown }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** Dials a server of `ws` through a socket that cuts what comes as `sizes` says. */
async function dialled(sizes: readonly number[] = []) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', clientTracking: true });
  open.push({
    close: () => {
      for (const client of server.clients) client.terminate();
      server.close();
    },
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1' });
  const stream = new WebSocketStream(sizes.length === 0 ? socket : cutting(socket, sizes), PLACE);
  const [peer, request] = (await once(server, 'connection')) as [WebSocket, { url: string }];
  return { stream, peer, socket, request };
}

/** What comes is handed on in pieces of these sizes, in turn. */
function cutting(socket: Socket, sizes: readonly number[]): Duplex {
  let k = 0;
  const cut = new Duplex({
    read: () => socket.resume(),
    write: (chunk, _, done) => void socket.write(chunk, () => done()),
    final: (done) => void socket.end(done),
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; k++) {
      const end = at + (sizes[k % sizes.length] ?? 1);
      cut.push(chunk.subarray(at, end));
      at = end;
    }
  });
  socket.on('end', () => cut.push(null));
  socket.on('error', (error) => cut.destroy(error));
  socket.on('close', () => cut.destroy());
  return cut;
}

/** A server played by hand: what it says to the handshake and after. */
function played(says: (key: string) => string | Buffer, then: Buffer = Buffer.alloc(0)) {
  const [near, far] = duplexPair();
  const stream = new WebSocketStream(near, PLACE);
  far.once('data', (request: Buffer) => {
    const [, key = ''] = /Sec-WebSocket-Key: (.*)\r\n/.exec(request.toString()) ?? [];
    far.write(Buffer.concat([Buffer.from(says(key)), then]));
  });
  far.on('error', () => {});
  stream.on('error', () => {});
  near.once('close', () => far.destroy());
  open.push({ close: () => [stream.destroy(), far.destroy()] });
  return { stream, far };
}

it('carries bytes both ways exactly, in whatever pieces they come', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 6 });
  const writes = fc.array(fc.uint8Array({ maxLength: 4000, size: 'max' }), { maxLength: 8 });
  const property = fc.asyncProperty(sizes, writes, async (cuts, chunks) => {
    const { stream, peer } = await dialled(cuts);
    const echo = createWebSocketStream(peer);
    echo.pipe(echo);
    const sent = Buffer.concat(chunks);
    const got: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => got.push(chunk));
    peer.ping('are you there');
    const pong = once(peer, 'pong');
    for (const chunk of chunks) stream.write(chunk);
    while (got.reduce((sum, { length }) => sum + length, 0) < sent.length)
      await once(stream, 'data');
    expect(Buffer.concat(got).equals(sent)).toBe(true);
    expect(String((await pong)[0])).toBe('are you there');
    stream.destroy();
  });
  await fc.assert(property, { seed: 14, numRuns: 40 });
});

it('asks for the path and names the server of the URL, not what it dials', async () => {
  const { request, peer } = await dialled();
  expect(request).toMatchObject({ url: '/mqtt', headers: { host: 'broker.example:9001' } });
  expect(peer.protocol).toBe('mqtt');
});

it('says goodbye when it is ended, and ends when the server says so', async () => {
  const ours = await dialled();
  ours.stream.resume().end('last words');
  const [[last], [code]] = await Promise.all([
    once(ours.peer, 'message'),
    once(ours.peer, 'close'),
    once(ours.stream, 'close'),
  ]);
  expect([String(last), code]).toEqual(['last words', 1000]);
  const theirs = await dialled();
  theirs.peer.send(Buffer.from('first'));
  theirs.peer.close(1001);
  const got: string[] = [];
  theirs.stream.on('data', (chunk: Buffer) => got.push(chunk.toString()));
  await Promise.all([once(theirs.stream, 'end'), once(theirs.stream, 'close')]);
  expect(got).toEqual(['first']);
});

it('is destroyed with its connection, and destroys it', async () => {
  const cut = await dialled();
  const error = once(cut.stream, 'error');
  (cut.peer as unknown as { _socket: Socket })._socket.resetAndDestroy();
  expect((await error)[0]).toMatchObject({ code: 'ECONNRESET' });
  const ours = await dialled();
  ours.stream.destroy();
  expect((await once(ours.peer, 'close'))[0]).toBe(1006);
});

it('goes on being there without a word when its device has lost its power', async () => {
  const { stream, peer } = await dialled();
  stream.resume();
  stream.fallSilent();
  let answers = 0;
  peer.on('pong', () => answers++);
  peer.ping();
  peer.send(Buffer.from('unread'));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(answers).toBe(0);
  expect(peer.readyState).toBe(peer.OPEN);
  stream.destroy();
});

it('holds a server back that sends faster than anybody reads', async () => {
  const { stream, peer, socket } = await dialled();
  const size = 256 * 1024;
  for (let k = 0; k < 64; k++) peer.send(Buffer.alloc(size));
  await expect.poll(() => socket.isPaused()).toBe(true);
  expect(stream.readableLength).toBeLessThan(4 * size);
  let got = 0;
  stream.on('data', (chunk: Buffer) => {
    got += chunk.length;
  });
  await expect.poll(() => got).toBe(64 * size);
});

const head = (...lines: string[]) => `${lines.join('\r\n')}\r\n\r\n`;

describe('a server that does not agree', () => {
  const most = ['HTTP/1.1 101 Yes', 'Upgrade: websocket', 'Connection: Upgrade'];
  it.each([
    ['of another kind', 'SSH-2.0-x\r\n\r\n', 'by something that speaks no HTTP'],
    ['that refuses', head('HTTP/1.1 403 No'), 'with status 403'],
    ['that redirects', head('HTTP/1.1 302 There', 'Location: /'), 'with status 302'],
    ['that goes on as before', head('HTTP/1.1 101 Yes'), 'without an upgrade'],
    ['with a wrong key', head(...most, 'Sec-WebSocket-Accept: x'), 'with a wrong key'],
    ['that never ends', 'x'.repeat(20_000), 'with no end'],
  ])('%s is told in words', async (_, answer, why) => {
    const { stream } = played(() => answer);
    stream.write('never sent');
    const [error] = (await once(stream, 'error')) as [Error];
    expect(error.message).toBe(`the WebSocket handshake was answered ${why}`);
  });

  it('is told when it goes away instead', async () => {
    const { stream, far } = played(() => 'HTTP/1.1 101');
    setTimeout(() => far.end(), 10);
    const [error] = (await once(stream, 'error')) as [Error];
    expect(error.message).toBe('the connection was closed before the WebSocket handshake');
  });
});

describe('a server that agreed', () => {
  const agreed = async (then: Buffer) => {
    const { createHash } = await import('node:crypto');
    const accept = (key: string) =>
      createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    return played(
      (key) =>
        head(
          ...['HTTP/1.1 101 Yes', 'upgrade: WebSocket', 'connection: keep-alive, upgrade'],
          ...[`sec-websocket-accept: ${accept(key)}`, 'sec-websocket-protocol: mqtt'],
        ),
      then,
    );
  };

  it('may send with its answer, and is cut off where it breaks the rules', async () => {
    const bytes = Buffer.concat([serverFrame(0x82, Buffer.from('good')), Buffer.of(0x81, 1, 65)]);
    const { stream } = await agreed(bytes);
    const got: string[] = [];
    stream.on('data', (chunk: Buffer) => got.push(chunk.toString()));
    const [error] = (await once(stream, 'error')) as [Error];
    expect(error.message).toBe('protocol: a text frame over WebSocket');
    expect(got).toEqual(['good']);
  });

  it('neither crashes nor hangs whoever reads, whatever it says then', async () => {
    const good = shortMessages.map((some) => Buffer.concat(serverFrames(some)));
    const property = fc.asyncProperty(damaged(good), async (noise) => {
      const { stream, far } = await agreed(Buffer.from(noise));
      stream.on('error', () => {});
      stream.resume();
      stream.write('something');
      setTimeout(() => far.end(), 1);
      if (!stream.closed) await new Promise((resolve) => stream.once('close', resolve));
      expect(stream.destroyed).toBe(true);
    });
    await fc.assert(property, { seed: 14, numRuns: 200 });
  });

  it('that floods us with pings and reads nothing makes us keep nothing', async () => {
    const ping = serverFrame(0x89, Buffer.alloc(125));
    const { stream, far } = await agreed(Buffer.concat(Array.from({ length: 20_000 }, () => ping)));
    stream.resume();
    far.pause();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { writableLength } = far as unknown as { writableLength: number };
    expect(writableLength + far.readableLength).toBeLessThan(3_000_000);
    expect(far.readableLength).toBeLessThan(100_000);
  });
});

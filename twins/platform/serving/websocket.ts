/**
 * MQTT in WebSocket frames, as browsers and load tools speak it (MQTT 3.1.1 §6): the same platform
 * behind another door. `ws` frames here, while devices of the real gear have a framing of their own
 * (harness/wire), so that a mistake in either is not shared by the other end.
 */
import { createServer, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws';

/** What a client may ask for: MQTT-6.0.0-3, and the name of MQTT 3.1. */
const SUBPROTOCOLS = ['mqtt', 'mqttv3.1'];
/** A frame may hold many packets, but nobody needs more in one. */
const FRAME_BYTES_MAX = 16 * 1024 * 1024;
const UNSUPPORTED_DATA = 1003;

/** `take` gets the bytes of each connection, whatever frames they came in. */
export function webSocketServer(take: (connection: Duplex) => void): Server {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    handleProtocols: (asked) => SUBPROTOCOLS.find((one) => asked.has(one)) ?? false,
  });
  // Who asks for nothing in particular would otherwise be let in without a subprotocol.
  sockets.shouldHandle = ({ headers }) => {
    const asked = headers['sec-websocket-protocol'] ?? '';
    return asked.split(',').some((one) => SUBPROTOCOLS.includes(one.trim()));
  };
  sockets.on('wsClientError', (_, socket) => socket.destroy());
  sockets.on('connection', (socket) => take(bytesOf(socket)));
  const server = createServer((_, response) => {
    const headers = { upgrade: 'websocket', connection: 'upgrade', 'content-type': 'text/plain' };
    response.writeHead(426, headers);
    response.end('MQTT over WebSocket is spoken here: ask for the subprotocol mqtt\n');
  });
  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => {});
    sockets.handleUpgrade(request, socket, head, (upgraded) =>
      sockets.emit('connection', upgraded, request),
    );
  });
  return server;
}

function bytesOf(socket: WebSocket): Duplex {
  const bytes = createWebSocketStream(socket);
  bytes.on('error', () => {});
  // MQTT-6.0.0-1: control packets come in binary frames, and who sends others is cut off.
  socket.prependListener('message', (_, isBinary) => {
    if (isBinary) return;
    socket.close(UNSUPPORTED_DATA);
    bytes.destroy();
  });
  return bytes;
}

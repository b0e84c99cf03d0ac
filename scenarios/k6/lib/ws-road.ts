/** MQTT 3.1.1 in WebSocket, on a stock k6. */
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'k6/timers';
import { type BinaryType, type MessageEvent, WebSocket } from 'k6/websockets';
import * as packets from './packets.ts';
import type { Connection, Listener, Login } from './road.ts';

/** A target that says nothing for so long after a ping is gone. */
const PONG_MS = 5000;
const CONNACK_MS = 10_000;

export function wsRoad(login: Login, listener: Listener): Connection {
  const headers = { 'Sec-WebSocket-Protocol': 'mqtt' };
  const socket = new WebSocket(login.url, null, { headers });
  const reader = new packets.PacketReader();
  let isOver = false;
  let pong: number | null = null;
  let subscriptions = 0;
  const send = (bytes: Uint8Array): void => {
    if (isOver) return;
    try {
      socket.send(bytes.buffer as ArrayBuffer);
    } catch (error) {
      over(`cannot send: ${String(error)}`);
    }
  };
  const over = (why: string): void => {
    if (isOver) return;
    isOver = true;
    clearInterval(pinging);
    clearTimeout(waiting);
    if (pong !== null) clearTimeout(pong);
    try {
      socket.close();
    } catch {
      // It is closed already.
    }
    listener.closed(why);
  };
  const waiting = setTimeout(() => over('no CONNACK'), CONNACK_MS);
  const pinging = setInterval(
    () => {
      send(packets.ping());
      pong ??= setTimeout(() => over('keep-alive'), PONG_MS);
    },
    (login.keepAliveS * 1000) / 2,
  );
  const take = (packet: packets.Incoming): void => {
    switch (packet.type) {
      case 'connack':
        clearTimeout(waiting);
        if (packet.code === 0) listener.online(packet.present);
        else over(`refused with code ${packet.code}`);
        break;
      case 'puback':
        listener.acked(packet.id);
        break;
      case 'publish':
        if (packet.qos > 0) send(packets.puback(packet.id));
        listener.got(packet.topic, packet.payload);
        break;
      case 'pong':
        if (pong !== null) clearTimeout(pong);
        pong = null;
        break;
      case 'suback':
        if (packet.granted.includes(128)) over('a subscription is refused');
        break;
    }
  };
  socket.binaryType = 'arraybuffer' as BinaryType;
  socket.onopen = () => send(packets.connect({ ...login, clean: true }));
  socket.onmessage = (event?: MessageEvent) => {
    const data = event?.data;
    if (!(data instanceof ArrayBuffer)) return over('text came instead of MQTT');
    try {
      for (const packet of reader.read(new Uint8Array(data))) take(packet);
    } catch (error) {
      over(error instanceof packets.BadPacket ? error.message : String(error));
    }
  };
  socket.onclose = () => over('closed');
  socket.onerror = (event?: { error: string }) => over(event?.error ?? 'an error');
  return {
    publish: (topic, payload, qos, id) => send(packets.publish({ topic, payload, qos, id })),
    subscribe: (filters, qos) => send(packets.subscribe(0x8000 + ++subscriptions, filters, qos)),
    end: () => {
      send(packets.disconnect());
      over('planned');
    },
  };
}

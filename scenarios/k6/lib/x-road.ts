/**
 * MQTT by the module `k6/x/mqtt`, in a k6 that xk6 has built with it. Its publish says nothing of
 * an acknowledgement but that it has come: the call returns, or its promise is fulfilled, then.
 */
import type * as mqtt from 'k6/x/mqtt';
import type { Connection, Listener, Login } from './road.ts';

export function xRoad(module: typeof mqtt, login: Login, listener: Listener): Connection {
  const { clientId, username, password, keepAliveS } = login;
  const client = new module.Client({
    client_id: clientId,
    username,
    password,
    clean_session: true,
    keepalive: keepAliveS,
  });
  let isOver = false;
  let isOnline = false;
  const over = (why: string): void => {
    if (isOver) return;
    isOver = true;
    listener.closed(why);
  };
  client.on('connect', () => {
    isOnline = true;
    // It does not say whether there was a session; a clean one has none.
    listener.online(false);
  });
  client.on('message', (topic, payload) => listener.got(topic, new Uint8Array(payload)));
  client.on('error', (error) => {
    if (!isOnline) over(error.message);
  });
  client.on('end', () => over('closed'));
  client.connect(login.url);
  return {
    publish: (topic, payload, qos, id) => {
      client.publishAsync(topic, payload.buffer as ArrayBuffer, { qos }).then(
        () => {
          if (qos > 0 && !isOver) listener.acked(id);
        },
        (error: Error) => over(error.message),
      );
    },
    subscribe: (filters, qos) => client.subscribe([...filters], { qos }),
    end: () => {
      client.end();
      over('planned');
    },
  };
}

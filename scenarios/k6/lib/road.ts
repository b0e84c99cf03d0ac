/**
 * What a user needs of MQTT, whatever it goes by: a connection that says what happens to it. Two
 * roads lead to one: MQTT in WebSocket with packets of our own, and the module `k6/x/mqtt`.
 */
export interface Login {
  url: string;
  clientId: string;
  username: string;
  password: string;
  keepAliveS: number;
}

/** Hears what happens; each is called in the order in which it happened. */
export interface Listener {
  online(present: boolean): void;
  /** Before it was online, or after; once. */
  closed(why: string): void;
  acked(id: number): void;
  got(topic: string, payload: Uint8Array): void;
}

export interface Connection {
  /** `id` is what comes back with its acknowledgement; at QoS 0 nothing does. */
  publish(topic: string, payload: Uint8Array, qos: 0 | 1, id: number): void;
  subscribe(filters: readonly string[], qos: 0 | 1): void;
  /** With a goodbye. */
  end(): void;
}

export type Road = (login: Login, listener: Listener) => Connection;

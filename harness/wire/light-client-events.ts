/** What a light client is given and what it tells: its options and its events. */
import type { IPublishPacket } from 'mqtt-packet';
import type { Packet } from '#kernel';
import type { Agreed, Mqtt5Options } from './light-client-mqtt5.ts';
import type { ConnectOptions } from './light-client-packets.ts';

/** What happens to a client, told to its owner. One object serves a whole fleet. */
export interface ClientEvents<Client> {
  connected(client: Client, sessionPresent: boolean): void;
  /** The server answered the CONNECT with a refusal. */
  refused(client: Client, reason: string): void;
  /**
   * The connection is over: 'closed', an error code, 'keep-alive' or 'protocol: …'. `takeSession`
   * still works.
   */
  closed(client: Client, reason: string): void;
  /** PUBACK or PUBCOMP. */
  acked(client: Client, key: number): void;
  /** QoS 2 without an end in a session that the server forgot: never sent again. */
  abandoned(client: Client, key: number): void;
  /** The payload is a view on the read buffer: copy what is to be kept. */
  received(
    client: Client,
    topic: string,
    payload: Uint8Array,
    qos: 0 | 1 | 2,
    packet: Pick<IPublishPacket, 'dup' | 'retain' | 'properties'>,
  ): void;
  /** A goodbye was written to a connection that the server had closed before it could arrive. */
  unheard?(client: Client): void;
  subscribed(client: Client, granted: readonly number[]): void;
  /**
   * A PUBLISH was handed to the stream; `resend` when it was on a wire before. The payload as it
   * went, which whoever hands packets through `leaves` may have made anew.
   */
  sentOnWire?(client: Client, key: number, resend: boolean, payload: Uint8Array): void;
  /** MQTT 5: what the CONNACK sets; ahead of `connected`. */
  agreed?(client: Client, agreed: Agreed): void;
  /** MQTT 5: PUBACK or PUBREC with a reason why the server does not take it. */
  rejected?(client: Client, key: number, reason: string): void;
  /** MQTT 5: a PUBLISH came, a repeated one too; ahead of `received`. */
  packetIn?(client: Client, packet: IPublishPacket): void;
  /** MQTT 5: its PUBACK or PUBCOMP was handed to the stream. */
  packetDone?(client: Client, id: number): void;
}

export interface LightClientOptions extends ConnectOptions {
  /** Unacknowledged QoS 1 and 2 publishes at one time; default 32. */
  window?: number;
  /** Publishes held behind the window or before CONNACK; default 1000. */
  queueLimit?: number;
  /** Each PUBLISH goes through this: what goes ahead of it at QoS 0, and itself as it goes. */
  leaves?(packet: Packet): { ahead: readonly Packet[]; packet: Packet };
  /** MQTT 5 is spoken, and so made use of; 3.1.1 when left out. */
  mqtt5?: Mqtt5Options;
}

/** A refusal as the ledger keeps it. */
export const refusalOf = (code: number): string => `${code} ${REFUSALS[code] ?? 'unknown code'}`;

/** Return codes of CONNACK (MQTT 3.1.1, table 3.1). */
const REFUSALS: Readonly<Record<number, string>> = {
  1: 'protocol version',
  2: 'client id rejected',
  3: 'server unavailable',
  4: 'bad user name or password',
  5: 'not authorized',
};

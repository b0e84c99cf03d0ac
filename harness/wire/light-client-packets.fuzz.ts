/**
 * Frames for the light client's packet reader: noise, and packets of a broker with damage. None is
 * a throw, and none leaves a trace in the parser that all connections share.
 */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { damaged, defineFuzz, type FuzzSource } from '../../kernel/testing/fuzz.ts';
import { decodeFrame, frameEnd } from './light-client-packets.ts';

const id = fc.integer({ min: 1, max: 0xffff });
const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);

/** What a broker may say. */
const packet: fc.Arbitrary<Packet> = fc.oneof(
  fc.record({
    cmd: fc.constant('publish' as const),
    topic: fc.stringMatching(/^[a-z/]{1,20}$/),
    payload: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    qos,
    retain: fc.boolean(),
    dup: fc.constant(false),
    messageId: id,
  }),
  fc.record({
    cmd: fc.constant('suback' as const),
    messageId: id,
    granted: fc.array(fc.constantFrom(0, 1, 2, 128), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    cmd: fc.constant('connack' as const),
    returnCode: fc.nat(5),
    sessionPresent: fc.boolean(),
  }),
  fc.record({ cmd: fc.constantFrom('puback', 'pubrec', 'pubrel', 'pubcomp'), messageId: id }),
);

/** And in MQTT 5. */
const packet5: fc.Arbitrary<Packet> = fc.oneof(
  packet.filter(({ cmd }) => cmd !== 'connack'),
  fc.record({
    cmd: fc.constant('publish' as const),
    topic: fc.stringMatching(/^[a-z/]{0,20}$/),
    payload: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    qos,
    retain: fc.boolean(),
    dup: fc.constant(false),
    messageId: id,
    properties: fc.record({
      messageExpiryInterval: fc.nat(1_000_000),
      topicAlias: fc.integer({ min: 1, max: 0xffff }),
      responseTopic: fc.constant('a/b'),
      correlationData: fc.constant(Buffer.from('c')),
      userProperties: fc.constant({ house: 'north' }),
    }),
  }),
  fc.record({
    cmd: fc.constant('connack' as const),
    reasonCode: fc.constantFrom(0, 0x80, 0x87, 0x9f),
    sessionPresent: fc.boolean(),
    properties: fc.record({
      receiveMaximum: fc.integer({ min: 1, max: 0xffff }),
      topicAliasMaximum: fc.nat(0xffff),
      sessionExpiryInterval: fc.nat(0xffff),
      reasonString: fc.constant('no'),
    }),
  }),
  fc.record({
    cmd: fc.constantFrom('puback', 'pubrec'),
    messageId: id,
    reasonCode: fc.constantFrom(0, 0x10, 0x80, 0x87),
    properties: fc.constant({ reasonString: 'no' }),
  }),
  fc.record({ cmd: fc.constant('disconnect' as const), reasonCode: fc.constantFrom(0, 0x8e) }),
) as fc.Arbitrary<Packet>;

const noise = fc
  .tuple(fc.nat(255), fc.uint8Array({ maxLength: 60 }))
  .map(([first, rest]) => Uint8Array.of(first, rest.length, ...rest));

/** One that is read after the others, and what is in it. */
const SUBACK = { cmd: 'suback', messageId: 7, granted: [1] } as const;
type Version = 4 | 5;
const written = (one: Packet, protocolVersion: Version): Buffer =>
  mqttPacket.generate(one, { protocolVersion });

function survives(bytes: Uint8Array, version: Version): void {
  const end = frameEnd(bytes, 0, 1000);
  assert(end >= -1 && end <= bytes.length, `a frame of ${bytes.length} ends at ${end}`);
  if (end <= 0) return;
  const { kind } = decodeFrame(bytes.subarray(0, end), version);
  assert(['ack', 'packet', 'malformed'].includes(kind));
  const after = decodeFrame(written({ ...SUBACK, granted: [1] }, version), version);
  assert(after.kind === 'packet' && 'granted' in after.packet);
  assert.deepEqual(after.packet.granted, [1]);
}

export default (() => [
  defineFuzz({
    parser: 'mqtt-packets',
    about: 'frames of a broker, damaged, and noise',
    input: fc.oneof(noise, damaged(packet.map((one) => written(one, 4)))),
    survives: (bytes) => survives(bytes, 4),
  }),
  defineFuzz({
    parser: 'mqtt5-packets',
    about: 'frames of a broker in MQTT 5, damaged, and noise',
    input: fc.oneof(noise, damaged(packet5.map((one) => written(one, 5)))),
    survives: (bytes) => survives(bytes, 5),
  }),
]) satisfies FuzzSource;

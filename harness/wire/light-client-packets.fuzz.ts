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

const noise = fc
  .tuple(fc.nat(255), fc.uint8Array({ maxLength: 60 }))
  .map(([first, rest]) => Uint8Array.of(first, rest.length, ...rest));

const GOOD = mqttPacket.generate({ cmd: 'suback', messageId: 7, granted: [1] });

export default (() => [
  defineFuzz({
    parser: 'mqtt-packets',
    about: 'frames of a broker, damaged, and noise',
    input: fc.oneof(noise, damaged(packet.map((one) => mqttPacket.generate(one)))),
    survives: (bytes) => {
      const end = frameEnd(bytes, 0, 1000);
      assert(end >= -1 && end <= bytes.length, `a frame of ${bytes.length} ends at ${end}`);
      if (end <= 0) return;
      const { kind } = decodeFrame(bytes.subarray(0, end));
      assert(['ack', 'packet', 'malformed'].includes(kind));
      const after = decodeFrame(GOOD);
      assert(after.kind === 'packet' && 'granted' in after.packet);
      assert.deepEqual(after.packet.granted, [1]);
    },
  }),
]) satisfies FuzzSource;

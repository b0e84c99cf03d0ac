import fc from 'fast-check';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { survived } from '../../kernel/testing/fuzz.ts';
import fuzzes from './light-client-packets.fuzz.ts';
import { decodeFrame, encodeAck, encodePublish, frameEnd, TYPE } from './light-client-packets.ts';

const qos = fc.constantFrom(0 as const, 1 as const, 2 as const);
const topic = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter(
  // Lone surrogates have no UTF-8 form; MQTT forbids NUL in a topic; both wildcards are for
  // filters.
  (text) => text.isWellFormed() && !/[+#\0]/.test(text),
);
const id = fc.integer({ min: 1, max: 0xffff });

describe('bytes written by hand', () => {
  it('are those of mqtt-packet for a PUBLISH', () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      // Lengths around the steps of the length field.
      fc
        .constantFrom(118, 119, 120, 121, 16_374, 16_375, 16_376, 2_097_142)
        .map((n) => new Uint8Array(n)),
    );
    fc.assert(
      fc.property(
        topic,
        payload,
        qos,
        fc.boolean(),
        fc.boolean(),
        id,
        (t, p, q, retain, again, k) => {
          const dup = again && q > 0;
          const theirs = mqttPacket.generate({
            cmd: 'publish',
            topic: t,
            payload: Buffer.from(p),
            qos: q,
            retain,
            dup,
            ...(q > 0 ? { messageId: k } : {}),
          });
          expect(Buffer.compare(Buffer.from(encodePublish(t, p, q, retain, dup, k)), theirs)).toBe(
            0,
          );
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });

  it('are those of mqtt-packet for acknowledgements', () => {
    const cmds = ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const;
    fc.assert(
      fc.property(fc.constantFrom(...cmds), id, (cmd, messageId) => {
        const theirs = mqttPacket.generate({ cmd, messageId });
        expect([...encodeAck(TYPE[cmd], messageId)]).toEqual([...theirs]);
        expect(decodeFrame(theirs)).toEqual({ kind: 'ack', type: TYPE[cmd], id: messageId });
      }),
      { seed: 4 },
    );
  });

  it('refuses a topic that has no place in a packet', () => {
    expect(() => encodePublish('', new Uint8Array(), 0, false, false, 0)).toThrow('topic');
    expect(() => encodePublish('x'.repeat(65_536), new Uint8Array(), 0, false, false, 0)).toThrow();
  });
});

describe('frames', () => {
  it('end where the packet ends, and not before it is complete', () => {
    fc.assert(
      fc.property(topic, fc.nat(20_000), fc.nat(9), (t, size, before) => {
        const frame = encodePublish(t, new Uint8Array(size), 1, false, false, 1);
        const bytes = Buffer.concat([new Uint8Array(before), frame, new Uint8Array(5)]);
        expect(frameEnd(bytes, before, 1e6)).toBe(before + frame.length);
        expect(frameEnd(bytes.subarray(0, before + frame.length - 1), before, 1e6)).toBe(0);
        const tooLong = frameEnd(bytes, before, Math.max(0, size - 1));
        expect(tooLong).toBe(-1);
      }),
      { seed: 6 },
    );
    expect(frameEnd(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01), 0, 1e9)).toBe(-1);
  });

  it('read back as the packet that was written', () => {
    const packets: Packet[] = [
      { cmd: 'connack', returnCode: 0, sessionPresent: true },
      { cmd: 'suback', messageId: 7, granted: [0, 1, 2, 128] },
      { cmd: 'pingresp' },
      {
        cmd: 'publish',
        topic: 'a/b',
        payload: Buffer.from('x'),
        qos: 2,
        messageId: 3,
        dup: true,
        retain: true,
      },
    ];
    for (const packet of packets) {
      const inbound = decodeFrame(mqttPacket.generate(packet));
      expect(inbound).toMatchObject({ kind: 'packet', packet });
    }
  });

  it.each(fuzzes())('are never a throw: $about', (fuzz) => {
    expect(survived(fuzz, 8, 3000)).toBe(3000);
  });
});

/** The size of a PUBLISH is what a codec that knows nothing of it makes. */
import fc from 'fast-check';
import mqtt from 'mqtt-packet';
import { expect, it } from 'vitest';
import { publishBytes } from './publish-bytes.ts';

it('is that of the packet as it is written', () => {
  const sizes = fc.oneof(fc.nat(300), fc.constantFrom(16_370, 16_383, 16_384, 16_400, 2_097_160));
  const topic = fc.string({ minLength: 1, maxLength: 60 }).filter((text) => !/[+#\0]/.test(text));
  fc.assert(
    fc.property(topic, sizes, fc.constantFrom(0, 1, 2), (name, size, qos) => {
      const payload = Buffer.alloc(size);
      const id = qos === 0 ? {} : { messageId: 7 };
      const fields = { topic: name, payload, qos: qos as 0 | 1 | 2, dup: false, retain: false };
      const written = mqtt.generate({ cmd: 'publish', ...fields, ...id });
      expect(publishBytes({ topic: name, payload }, qos as 0 | 1 | 2)).toBe(written.length);
    }),
    { seed: 41, numRuns: 300 },
  );
});

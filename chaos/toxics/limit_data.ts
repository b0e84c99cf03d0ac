/** Lets exactly `bytes` through on a connection, then closes it; the count survives updates. */
import { defineToxic } from '../toxic.ts';

export default defineToxic({
  kind: 'limit_data',
  summary: 'closes after a number of bytes',
  attributes: { bytes: { about: 'Bytes that may pass', default: 0, min: 0, max: Number.MAX_SAFE_INTEGER } },
  start: ({ attributes, destroy, next }) => {
    let limit = attributes['bytes'] ?? 0;
    let passed = 0;
    return {
      push: (chunk) => {
        const room = Math.max(0, limit - passed);
        const bytes = chunk.bytes.subarray(0, room);
        passed += bytes.length;
        if (bytes.length > 0) next.push({ bytes, at: chunk.at });
        if (passed >= limit) destroy('fin');
      },
      end: () => next.end(),
      update: (changed) => {
        limit = changed['bytes'] ?? 0;
      },
      remove: () => {},
      stop: () => {},
    };
  },
});

/** Lets exactly `bytes` through on a connection, then closes it; the count survives updates. */
import { defineToxic } from '../toxic.ts';

const BYTES_MAX = Number.MAX_SAFE_INTEGER;

export default defineToxic({
  kind: 'limit_data',
  summary: 'closes after a number of bytes',
  attributes: {
    bytes: {
      about: 'Bytes that may pass; 0 closes at the first data',
      default: 0,
      min: -BYTES_MAX,
      max: BYTES_MAX,
    },
  },
  start: ({ attributes, next }) => {
    let limit = attributes.bytes ?? 0;
    let passed = 0;
    return {
      push: (chunk) => {
        const room = Math.max(0, limit - passed);
        const bytes = chunk.bytes.subarray(0, room);
        passed += bytes.length;
        if (bytes.length > 0) next.push({ bytes, at: chunk.at });
        if (passed >= limit) next.end();
      },
      end: () => next.end(),
      update: (changed) => {
        limit = changed.bytes ?? 0;
      },
      remove: () => {},
      stop: () => {},
    };
  },
});

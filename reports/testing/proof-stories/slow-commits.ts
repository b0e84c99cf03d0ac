import { type ProofStories, told } from '../fault-story.ts';
import { type Story, TELEMETRY } from '../story.ts';

const fault: ProofStories['fault'] = {
  ...{ acts: 'inside', cohorts: [], devices: [0, 1, 2, 3], inside: { commitMs: 300, writeMs: 0 } },
  proof: { kind: 'slow-commits', leastMs: 300 },
};

/** What is acknowledged inside is so much later. */
const later = (ms: number): Story =>
  told(fault).change(
    ({ op, t, fields }) => op === 'acked' && t > 7000 && t < 9600 && fields.stream === TELEMETRY,
    ({ t }) => ({ t: t + ms }),
  );

const stories: ProofStories = {
  fault,
  happened: { 'each waits for so long': () => later(300) },
  idle: {
    'all are acknowledged as ever': () => told(fault),
    'they wait, and not for long enough': () => later(200),
  },
  unseen: {
    'nothing is acknowledged': () =>
      told(fault).drop(({ op, t }) => op === 'acked' && t > 7000 && t < 10_000),
  },
};

export default stories;

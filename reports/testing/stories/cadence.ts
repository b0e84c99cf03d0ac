/** Stories about a device that is told how often to report: from the factory, one of two. */
import { TWIN_TRUTHS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { about, healthy, type Story, TELEMETRY } from '../story.ts';

/** Its readings come each second from the first on; of those, the odd ones are left out. */
function honest(): Story {
  const story = goes(2);
  for (let n = 1; n < 19; n += 2) leftOut(story, n);
  return story.fine();
}

/** All of its readings go, whatever it is set to. */
export function goes(each: number): Story {
  const story = healthy({
    devices: 1,
    ops: [TWIN_TRUTHS],
    entry: { parts: [{ kind: 'cadence', params: { each, most: 10 } }] },
  });
  story.plan.streams.find(({ code }) => code === TELEMETRY)?.skips.push('between');
  return story;
}

function leftOut(story: Story, n: number): Story {
  for (const op of ['sent', 'observed', 'acked', 'stored'] as const) {
    story.drop(about(op, 0, TELEMETRY, n));
  }
  return story.add('not-sent', dueOf(n), { device: 0, stream: TELEMETRY, n, why: 'between' });
}

const dueOf = (n: number): number => 1000 + n * 1000;

const isSet = (story: Story, t: number, cadence: unknown): Story =>
  story.add('twin/holds', t, {
    device: 0,
    version: 1,
    settings: JSON.stringify({ cadence }),
    refused: '{}',
    why: 'taken over',
  });

const cadenceKept: CheckerFixtures = {
  passing: {
    'one of two goes': honest,
    'each goes': () => goes(1),
    'it is set to one of three, which the readings that are left follow': () => {
      const story = isSet(honest(), 14_500, 3);
      leftOut(story, 14);
      leftOut(story, 16);
      return story
        .drop(about('not-sent', 0, TELEMETRY, 15))
        .add('sent', dueOf(15), { device: 0, stream: TELEMETRY, n: 15, hash: 1 });
    },
    'it is set in the moment of a reading': () => leftOut(isSet(honest(), dueOf(16), 18), 16),
    'it has no power': () =>
      honest()
        .drop(about('sent', 0, TELEMETRY, 4))
        .add('not-sent', dueOf(4), { device: 0, stream: TELEMETRY, n: 4, why: 'device-off' }),
  },
  failing: {
    'one that is due is left out': () => leftOut(honest(), 4),
    'one that is not due goes': () =>
      honest()
        .drop(about('not-sent', 0, TELEMETRY, 5))
        .add('sent', dueOf(5), { device: 0, stream: TELEMETRY, n: 5, hash: 1 }),
    'it says that it goes by three, and goes on by two': () => isSet(honest(), 4500, 3),
  },
  undecided: {
    'nothing is measured': () => honest().drop(({ fields }) => fields.stream === TELEMETRY),
  },
};

export default { 'cadence-kept': cadenceKept };

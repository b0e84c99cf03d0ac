/** Stories about a k6 script beside the fleet, and what it said at its end. */
import { K6_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { DRAINED, healthy, type Story } from '../story.ts';

const LOAD = { script: 'shop.ts', vus: 3, from: 0, until: 18_500, env: {} };
const METRIC = 'http_req_duration';
const P95 = 'p(95)<500';

interface Told {
  code?: number;
  states?: Readonly<Record<string, string>>;
}

/** By the id of the story's entry, which is the script's. */
function told({ code = 0, states = { [P95]: 'held' } }: Told): Story {
  const story = healthy({ entry: { load: LOAD }, ops: [K6_OPS] });
  const load = story.plan.entries[0]?.id ?? '';
  const values = JSON.stringify({ avg: 12.5, 'p(95)': 40 });
  story.add('k6/metric', DRAINED, { load, metric: METRIC, values });
  for (const [threshold, state] of Object.entries(states)) {
    story.add('k6/threshold', DRAINED, { load, metric: METRIC, threshold, state });
  }
  return story.add('k6/ended', DRAINED, { load, code });
}

const thresholds: CheckerFixtures = {
  passing: {
    'every threshold held': () => told({}),
    'there is none, and k6 ended well': () => told({ states: {} }),
    'k6 was told to end': () => told({ code: 105 }),
  },
  failing: {
    'one is crossed': () => told({ code: 99, states: { [P95]: 'crossed' } }),
    'one of several is crossed, and k6 was told to end': () =>
      told({ code: 105, states: { [P95]: 'held', 'avg<10': 'crossed' } }),
    'k6 says that one is crossed, and not which': () => told({ code: 99, states: {} }),
    'the script marks itself as failed': () => told({ code: 110 }),
  },
  undecided: {
    'nothing was measured': () => told({ states: { [P95]: 'unmeasured' } }),
    'k6 did not come to its end': () => told({}).drop(({ op }) => op.startsWith('k6/')),
  },
};

export default { 'k6-thresholds': thresholds };

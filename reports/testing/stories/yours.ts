/** Stories about a store that is not ours, and when it says that its rows came in. */
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { about, healthy, type Setting, type Story, TELEMETRY } from '../story.ts';

const KEPT: Setting = {
  target: { store: { kind: 'sql', params: {}, streams: ['telemetry'], withinMs: 1000 } },
  expect: [{ checker: 'stored-in-time', params: { max: 1000, during: 'all' } }],
};

/** Each row says that it came in so long after it was seen by an observer. */
function dated(lateMs: (device: number, n: number) => number | null = () => 5): Story {
  const story = healthy(KEPT);
  for (const event of [...story.events]) {
    const { device, stream, n } = event.fields as { device: number; stream: number; n: number };
    if (event.op !== 'observed' || stream !== TELEMETRY) continue;
    const late = lateMs(device, n);
    if (late === null) continue;
    const came = Math.round((event.t + late) * 1000);
    story.add('stored-at', 30_000, { device, stream, n, came });
  }
  return story;
}

const stored: CheckerFixtures = {
  passing: {
    'all came in at once': () => dated(),
    'one came in before it was due, by a clock that differs': () =>
      dated((device, n) => (device === 1 && n === 7 ? -40 : 5)),
    'one was not sent by the same name': () =>
      dated().add('stored-at', 30_000, { device: 1, stream: TELEMETRY, n: 4000, came: 1 }),
  },
  failing: {
    'one came in two seconds late': () =>
      dated((device, n) => (device === 1 && n === 7 ? 2000 : 5)),
  },
  undecided: {
    "the store's clock is hours behind ours": () => dated(() => -7_200_000),
    'no row says when it came in': () => healthy(KEPT),
    'most of one device are not in the store': () =>
      dated((device) => (device === 1 ? null : 5)).drop(about('stored', 1, TELEMETRY, 3)),
  },
};

export default { 'stored-in-time': stored };

/**
 * A store that is not ours: what it keeps no bytes of is not said to have changed, and what was
 * under way while a piece of its platform was away is owed where its target promises its store.
 */
import { expect, it } from 'vitest';
import { withFault } from '../testing/fault-story.ts';
import { about, forgetful, healthy, type Story, TELEMETRY, tellFault } from '../testing/story.ts';
import lost from './no-acked-loss.ts';
import phantom from './no-phantom.ts';

it('that keeps no bytes says nothing of a change', () => {
  const store = { kind: 'sql', params: {}, streams: ['telemetry'], withinMs: 0 };
  const hashed = (hash: number, target = {}): Story =>
    healthy({ target }).change(about('stored', 1, TELEMETRY, 5), ({ fields }) => ({
      fields: { ...fields, hash },
    }));
  expect(hashed(0, { store }).ask(phantom).verdict).toBe('pass');
  expect(hashed(1, { store }).ask(phantom).verdict).toBe('fail');
  // Our own platform keeps them all.
  expect(hashed(0).ask(phantom).verdict).toBe('fail');
});

const AWAY = withFault({
  ...{ acts: 'behind', cohorts: [], devices: [0, 1, 2, 3], params: { hand: 'consumer' } },
  proof: { kind: 'hand-down', cuts: false },
});

/** One reading is missing, sent at that time; a piece is away from 7 s to 10 s. */
function missing(from: number, isDurable: boolean): Story {
  const guarantees = forgetful({ durableTelemetry: isDurable });
  const story = healthy({ ...AWAY, target: { guarantees } });
  tellFault(story, 'f');
  const sent = story.events.find(
    ({ op, t, fields }) =>
      op === 'sent' && t > from && fields.device === 1 && fields.stream === TELEMETRY,
  );
  return story.drop(about('stored', 1, TELEMETRY, Number(sent?.fields.n)));
}

it.each([
  [8000, true, 'fail'],
  [8000, false, 'pass'],
  // Long before it, and after it, nothing excuses a loss.
  [1000, false, 'fail'],
  [10_100, false, 'fail'],
])('owes what was sent at %i ms, durable: %s', (from, isDurable, verdict) => {
  expect(missing(from, isDurable).ask(lost).verdict).toBe(verdict);
});

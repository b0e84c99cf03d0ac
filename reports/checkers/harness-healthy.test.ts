/** Which late sends are ours to answer for. */
import { describe, expect, it } from 'vitest';
import {
  about,
  forgetful,
  healthy,
  type Setting,
  type Story,
  TELEMETRY,
} from '../testing/story.ts';
import harnessHealthy from './harness-healthy.ts';

/**
 * Reading `n` of device 0, due at second `n` + 1, is late by 80 ms; all others by one. The steady
 * phase is from 2 s to 6 s.
 */
function late(n: number, setting: Setting = {}): Story {
  return healthy({ gear: 'real', ...setting }).change(
    ({ op, fields: { device, stream, n: m } }) =>
      ['sent', 'observed', 'acked'].includes(op) && device === 0 && stream === TELEMETRY && m === n,
    ({ op, t, fields }) => ({
      t: t + 79,
      fields: op === 'sent' ? { ...fields, late: 80_000 } : fields,
    }),
  );
}

const found = (story: Story): string[] =>
  story.ask(harnessHealthy).findings.map(({ message }) => message);
const OURS = [
  expect.stringMatching(/saturated: sends of the steady phase were 8\d ms late at p99/),
];

describe('a late send', () => {
  it('is ours', () => {
    expect(found(late(3))).toEqual(OURS);
  });

  it('is the target’s while all but one of what it holds are unanswered', () => {
    /** The first readings are not acknowledged, and the target holds so many. */
    const held = (unanswered: number, inflightLimit: number): string[] => {
      const guarantees = forgetful({ inflightLimit });
      const story = late(4, { target: { guarantees } });
      for (let n = 0; n < unanswered; n++) story.drop(about('acked', 0, TELEMETRY, n));
      return found(story);
    };
    expect(held(2, 3)).toEqual([]);
    expect(held(3, 4)).toEqual([]);
    expect(held(2, 4)).toEqual(OURS);
    expect(held(1, 3)).toEqual(OURS);
  });

  it('is its carrier’s where the device is carried', () => {
    expect(found(late(3, { carried: { 0: 1 } }))).toEqual([]);
  });

  it('counts from the first instant of the steady phase up to its last', () => {
    const edge = (n: number): string[] =>
      found(
        late(n)
          .change(
            ({ op }) => op === 'online',
            () => ({ t: 0 }),
          )
          .change(
            ({ op, fields }) => op === 'phase' && fields.name === 'steady' && !fields.begins,
            () => ({ t: 6000 }),
          ),
      );
    expect([edge(0), edge(1), edge(4), edge(5)]).toEqual([[], OURS, OURS, []]);
  });

  it('is not counted in virtual time, where nobody is late but by plan', () => {
    expect(found(late(3, { gear: 'sim' }))).toEqual([]);
  });

  it('may be what its device had held back, for two seconds after it came online', () => {
    const back = (t: number): string[] =>
      found(
        late(3)
          .add('offline', 1500, { device: 0, why: 'closed' })
          .add('online', t, { device: 0, present: false }),
      );
    expect(back(2000)).toEqual(OURS);
    expect(back(2001)).toEqual([]);
  });
});

/** A retained value that was lost, and is written again later, shows only to who looks between. */
import { describe, expect, it } from 'vitest';
import {
  about,
  forgetful,
  hashFor,
  healthy,
  type Setting,
  STATUS,
  type Story,
  tellMessage,
} from '../testing/story.ts';
import retainedCurrent from './retained-current.ts';

/** Device 1 writes status 0 at 0.1 s and status 1 at 15 s; a look lasts from 9 s to 9.5 s. */
function looked(setting: Setting = {}, complete = true): Story {
  const looks = [{ at: 9000, lanes: [0] }];
  const story = healthy({ ...setting, entry: { retainStatus: true }, observers: { looks } });
  tellMessage(story, 1, STATUS, 1, 15_000);
  story.change(about('retained', 1, STATUS, 0), ({ fields }) => ({
    fields: { ...fields, n: 1, hash: hashFor(1, STATUS, 1) },
  }));
  story.add('look', 9000, { look: 0, begins: true, complete: false });
  for (const device of [0, 2, 3]) glimpsed(story, device, 0);
  return story.add('look', 9500, { look: 0, begins: false, complete });
}

const glimpsed = (story: Story, device: number, n: number, hash?: number): Story =>
  story.add('glimpsed', 9100, {
    ...{ device, stream: STATUS, n, hash: hash ?? hashFor(device, STATUS, n) },
  });

const asked = (story: Story) => {
  const { verdict, findings, undecided } = story.ask(retainedCurrent);
  return { verdict, undecided, messages: findings.map(({ message }) => message) };
};

const FINE = { verdict: 'pass', undecided: 0, messages: [] };
const found = (...messages: RegExp[]) => ({
  verdict: 'fail',
  messages: messages.map((message) => expect.stringMatching(message)),
});

describe('a look at the retained values in the midst of a run', () => {
  it('finds what is current then, and not in the end', () => {
    expect(asked(glimpsed(looked(), 1, 0))).toEqual(FINE);
  });

  it('finds one that was lost, and was written again later', () => {
    expect(asked(looked())).toMatchObject(
      found(/1: at 9\.0 s status 0 was written .* and nothing is retained/),
    );
  });

  it('finds one that is older than the last, and becomes current later', () => {
    const story = looked();
    tellMessage(story, 1, STATUS, 2, 16_000);
    story.change(about('retained', 1, STATUS, 1), ({ fields }) => ({
      fields: { ...fields, n: 2, hash: hashFor(1, STATUS, 2) },
    }));
    for (const op of ['sent', 'acked', 'observed'] as const) {
      story.change(about(op, 1, STATUS, 1), ({ t }) => ({ t: t - 10_000 }));
    }
    expect(asked(glimpsed(story, 1, 0))).toMatchObject(
      found(/1: at 9\.0 s status 0 is retained, the last one written was 1/),
    );
  });

  it('finds bytes that were never sent', () => {
    expect(asked(glimpsed(looked(), 1, 0, 5))).toMatchObject(found(/with bytes that were never/));
  });

  it('may find one that is being written just then, or the one before', () => {
    for (const [at, n] of [
      [9050, 1],
      [9050, 0],
      [8000, 0],
    ] as const) {
      const story = looked();
      for (const op of ['sent', 'acked', 'observed'] as const) {
        story.change(about(op, 1, STATUS, 1), ({ t }) => ({ t: t - 15_000 + at }));
      }
      expect(asked(glimpsed(story, 1, n))).toEqual(FINE);
    }
  });

  it('finds nothing of what comes after it', () => {
    expect(asked(glimpsed(looked(), 1, 1))).toMatchObject(found(/1: at 9\.0 s status 1 is/));
  });

  it('tells nothing where it broke off, and asks nothing of anybody', () => {
    expect(asked(looked({}, false))).toEqual(FINE);
  });

  it('tells nothing of lanes that it did not look at', () => {
    const story = looked();
    story.plan.observers.looks = [{ at: 9000, lanes: [7] }];
    expect(asked(story)).toEqual(FINE);
  });

  it('excuses a target that was killed since and promises nothing over that', () => {
    const killed = (guarantees = forgetful()): Story =>
      looked({ target: { guarantees } })
        .add('target', 7000, { is: 'killed' })
        .add('target', 7500, { is: 'accepting' });
    expect(asked(killed())).toEqual(FINE);
    expect(asked(killed(forgetful({ durableRetained: true })))).toMatchObject(found(/nothing is/));
  });

  it('is told once of what is still so in the end', () => {
    const story = looked().drop(about('retained', 1, STATUS, 1));
    for (const op of ['sent', 'acked', 'observed'] as const) story.drop(about(op, 1, STATUS, 1));
    expect(asked(story)).toMatchObject(found(/1: status 0 was written .* and nothing is retained/));
  });
});

/** What a target cannot know yet is held against nobody; what it can, is. */
import { describe, expect, it } from 'vitest';
import {
  faultPlan,
  forgetful,
  healthy,
  type Setting,
  type Story,
  tellFault,
} from '../testing/story.ts';
import presence from './presence.ts';

/** It is read at 22.25 s, and may take two seconds to notice. */
const present = (setting: Setting = {}): Story =>
  healthy({ ...setting, expect: [{ checker: 'presence', params: { within: 2000 } }] });

/** What the target says of device 1. */
const said = (story: Story, online: boolean): Story =>
  story.change(
    ({ op, fields }) => op === 'presence' && fields.device === 1,
    ({ fields }) => ({ fields: { ...fields, online } }),
  );

const back = (story: Story, from: number, to: number): Story =>
  story
    .add('offline', from, { device: 1, why: 'closed' })
    .add('connect', to - 20, { device: 1, attempt: 0 })
    .add('online', to, { device: 1, present: true });

const asked = (story: Story) => {
  const { undecided, findings } = story.ask(presence);
  return [undecided, ...findings.map(({ message }) => message.replace(/^.*\//, ''))];
};
const OPEN = [1];

describe('what the target says of who is online', () => {
  it('may be old of one that has just come back', () => {
    expect(asked(said(back(present(), 20_000, 21_000), false))).toEqual(OPEN);
    expect(asked(said(back(present(), 19_000, 20_000), false))).toEqual([
      ...[0, '1 was online since 20.0 s; at 22.3 s the platform said offline'],
    ]);
  });

  it('may be true of one whose link had stalled without its knowing', () => {
    const dark = (devices: number[]): Story => {
      const fault = faultPlan('dark', { from: 17_000, to: 21_000, devices });
      const story = present({ faults: [fault] });
      tellFault(story, 'dark');
      return said(story, false);
    };
    expect(asked(dark([1]))).toEqual(OPEN);
    // Of device 2 itself nobody can say.
    expect(asked(dark([2]))).toEqual([1, expect.stringMatching(/^1 was online since 0\.1 s/)]);
  });

  it('may be old of one that fell silent, as long as silence takes', () => {
    const silent = (t: number, setting: Setting = {}): Story =>
      present(setting).add('off', t, { device: 1, cause: 'power-cut' });
    expect(asked(silent(17_500))).toEqual(OPEN);
    expect(asked(silent(17_000))).toEqual([
      0,
      expect.stringMatching(/^1 was offline since 17\.0 s/),
    ]);
    const target: Setting['target'] = { guarantees: forgetful({ keepAliveGrace: 3 }) };
    expect(asked(silent(14_500, { target }))).toEqual(OPEN);
    expect(asked(silent(14_000, { target }))).toEqual([0, expect.stringMatching(/^1 was offline/)]);
  });

  it('is not, of one that said goodbye', () => {
    const gone = (t: number): Story => present().add('offline', t, { device: 1, why: 'planned' });
    expect(asked(gone(20_500))).toEqual(OPEN);
    expect(asked(gone(20_000))).toEqual([0, expect.stringMatching(/^1 was offline since 20\.0 s/)]);
  });

  it('is wrong of one that never was there', () => {
    const never = (online: boolean): Story =>
      said(
        present().drop(
          ({ op, fields }) => fields.device === 1 && ['connect', 'online'].includes(op),
        ),
        online,
      );
    expect(asked(never(false))).toEqual([0]);
    expect(asked(never(true))).toEqual([
      0,
      '1 was offline since 0.0 s; at 22.3 s the platform said online',
    ]);
  });

  it('is nothing to hold it to of one that is carried, whether it lists it or not', () => {
    const carried = (): Story => present({ carried: { 1: 0 } });
    expect(carried().ask(presence)).toMatchObject({ verdict: 'pass', obligations: 3 });
    expect(said(carried(), true).ask(presence)).toMatchObject({ verdict: 'pass', obligations: 3 });
    const unlisted = carried().drop(({ op, fields }) => op === 'presence' && fields.device === 1);
    expect(unlisted.ask(presence)).toMatchObject({ verdict: 'pass', obligations: 3 });
  });
});

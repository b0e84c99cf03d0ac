/**
 * Whose doing it was that a fleet was away, and what is said of it. The stories in which it is
 * kept, broken or open are its fixtures.
 */
import { describe, expect, it } from 'vitest';
import { PAST_EVERY_PROXY } from '#kernel';
import { shutOut, thrownOff } from '../testing/alive-fixtures.ts';
import { faultPlan, healthy, type Story, tellFault } from '../testing/story.ts';
import targetAlive from './target-alive.ts';

const EVERYBODY = [0, 1, 2, 3];
const away = (from = 9000): Story =>
  thrownOff(
    healthy({ entry: { backoff: { baseMs: 100, capMs: 500, jitter: 'full' } } }),
    EVERYBODY,
    from,
    from + 5000,
  );

/** What the probe of the fleet's own cohort sees in there. */
const ownProbe = (story: Story, from: number, to: number, saw: string): Story =>
  story.change(
    ({ op, fields, t }) => op === 'probe' && fields.cohort === 0 && t >= from && t < to,
    ({ fields }) => ({ fields: { ...fields, saw } }),
  );

describe('a fleet that was away', () => {
  it('is our own doing where we stood still before', () => {
    const answer = away()
      .add('stall', 9100, { us: 1_000_000, process: 'shard-0' })
      .ask(targetAlive);
    expect(answer).toMatchObject({ verdict: 'invalid', findingCount: 1 });
    expect(answer.findings[0]?.message).toMatch(
      /4 of 4 devices were away from 9\.0 s to 14\.0 s, .*our own shard-0 had stood still for 1 s/,
    );
  });

  it('is not, where the stall was short or long ago', () => {
    const short = away().add('stall', 9100, { us: 500_000, process: 'shard-0' });
    const old = away(14_000).add('stall', 3000, { us: 1_000_000, process: 'shard-0' });
    expect(short.ask(targetAlive).verdict).toBe('unknown');
    expect(old.ask(targetAlive).verdict).toBe('unknown');
  });

  it('is our own doing where the proxy alone was shut', () => {
    const answer = ownProbe(away(), 9000, 14_000, 'refused').ask(targetAlive);
    expect(answer.verdict).toBe('invalid');
    expect(answer.findings[0]?.message).toMatch(/our own proxy let no probe through/);
  });

  it('is not, where one question came through, or the target was shut as well', () => {
    const leaky = ownProbe(away(), 9000, 13_000, 'refused').ask(targetAlive);
    const dead = shutOut(ownProbe(away(), 9000, 14_000, 'refused'), 9000, 14_000).drop(
      ({ op, t }) => ['acked', 'observed'].includes(op) && t >= 9000 && t < 14_000,
    );
    expect(leaky.verdict).toBe('unknown');
    expect(dead.ask(targetAlive)).toMatchObject({ verdict: 'fail', findingCount: 1 });
  });

  it('is not, where a fault of the plan acts on the link, if on other devices', () => {
    const other = faultPlan('other', { proof: { kind: 'refused' }, devices: [3], to: 15_000 });
    const story = healthy({
      faults: [other],
      entry: { backoff: { baseMs: 100, capMs: 500, jitter: 'full' } },
    });
    tellFault(story, 'other');
    thrownOff(ownProbe(story, 9000, 14_000, 'refused'), [0, 1, 2], 9000, 14_000);
    expect(story.ask(targetAlive).verdict).toBe('unknown');
  });

  it('is the target’s doing where it refused more than half of them by its own word', () => {
    const says = (devices: readonly number[]): string => {
      const story = away();
      story.change(
        ({ op, fields }) => op === 'connect-failed' && devices.includes(Number(fields.device)),
        ({ fields }) => ({ fields: { ...fields, why: '5 not authorized' } }),
      );
      return story.ask(targetAlive).verdict;
    };
    expect(says([0, 1])).toBe('unknown');
    expect(says([0, 1, 2])).toBe('fail');
  });
});

describe('a planned fault', () => {
  const dark = faultPlan('dark', { proof: { kind: 'refused' }, down: true, devices: [0, 1] });

  it('excuses its own targets and nobody else', () => {
    const story = (devices: readonly number[]): Story => {
      const told = healthy({
        faults: [dark],
        entry: { backoff: { baseMs: 100, capMs: 500, jitter: 'full' } },
      });
      tellFault(told, 'dark');
      return thrownOff(told, devices, 7000, 14_000);
    };
    expect(story([0, 1]).ask(targetAlive).verdict).toBe('pass');
    expect(story([0, 2]).ask(targetAlive).verdict).toBe('unknown');
  });

  it('excuses no longer than the way back takes, or than the plan itself allows for it', () => {
    const story = (within: number): Story => {
      const quick = { backoff: { baseMs: 10, capMs: 10, jitter: 'full' }, keepAliveS: 0 } as const;
      const told = healthy({
        faults: [{ ...dark, from: 2500, to: 2600 }],
        entry: quick,
        expect: [{ checker: 'recovered', params: { share: 1, within, after: 'dark' } }],
      });
      tellFault(told, 'dark');
      return thrownOff(told, [0, 1], 2550, 4_000_000);
    };
    // Either way it never came back; how that is put tells whether it was excused.
    const text = (within: number): string => story(within).ask(targetAlive).summary;
    expect(text(1000)).toMatch(/away from \d+\.\d s to the end/);
    expect(text(20_000)).toMatch(/when sampling ended 2 of 4 devices were away/);
  });
});

it('tells a death once, and first', () => {
  const story = shutOut(
    thrownOff(healthy(), EVERYBODY, 9000, 22_000, '3 server unavailable'),
    9000,
    22_000,
  );
  story.drop(({ op, t }) => ['acked', 'observed', 'online'].includes(op) && t >= 9000);
  const { findings } = story.ask(targetAlive);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ at: 9000 });
  expect(findings[0]?.message).toMatch(
    /gone from 9\.0 s on and never came back.*cut off or refused 65 times, and 4 of 4 devices/,
  );
});

it('takes no connection without a session for a word of the target', () => {
  const found = (sessions: boolean): number => {
    const protocol = {
      ...{ kind: 'http', params: {}, channel: 'http' },
      ...{ sessions, watched: true, window: 1 },
    };
    const story = shutOut(healthy({ entry: { protocol } }), 9000, 22_000);
    story.drop(({ op, t }) => ['acked', 'observed', 'online'].includes(op) && t >= 9000);
    // Its proxy accepts, and nothing is behind that.
    story.add('offline', 12_000, { device: 1, why: 'closed' });
    story.add('online', 12_400, { device: 1, present: false });
    return story.ask(targetAlive).findings.filter(({ at }) => at === 9000).length;
  };
  expect([found(false), found(true)]).toEqual([1, 0]);
});

it('counts a silence from the question that was not answered', () => {
  const story = healthy().drop(({ op, t }) => ['acked', 'observed'].includes(op) && t >= 9000);
  shutOut(story, 9000, 22_000).change(
    ({ op, fields, t }) => op === 'probe' && fields.cohort === PAST_EVERY_PROXY && t >= 9000,
    ({ t, fields }) => ({ fields: { ...fields, saw: 'silent', value: (t - 8600) * 1000 } }),
  );
  expect(story.ask(targetAlive).findings[0]).toMatchObject({ at: 8600 });
});

it('takes an answer that denies for an answer', () => {
  const story = shutOut(healthy(), 9000, 22_000).drop(
    ({ op, t }) => ['acked', 'observed'].includes(op) && t >= 9000,
  );
  story.change(
    ({ op, fields }) => op === 'probe' && fields.saw === 'refused',
    ({ fields }) => ({ fields: { ...fields, saw: 'denied' } }),
  );
  expect(story.ask(targetAlive).findings).toEqual([]);
});

it('takes a probe of a cohort for no probe past every proxy', () => {
  const story = shutOut(healthy(), 9000, 22_000).drop(
    ({ op, t }) => ['acked', 'observed'].includes(op) && t >= 9000,
  );
  const isPast = ({ op, fields }: Story['events'][number]): boolean =>
    op === 'probe' && fields.cohort === PAST_EVERY_PROXY;
  expect(story.ask(targetAlive).verdict).toBe('fail');
  story.change(isPast, ({ fields }) => ({ fields: { ...fields, cohort: 0 } }));
  expect(story.ask(targetAlive).verdict).toBe('pass');
});

/**
 * A fault that struck one device for a part of its time: whoever asks about that device goes by
 * what the ledger tells of it, and not by the fault as a whole.
 */
import { describe, expect, it } from 'vitest';
import latency from '../checkers/latency.ts';
import recovered from '../checkers/recovered.ts';
import type { FaultResult } from '../result.ts';
import { told } from '../testing/fault-story.ts';
import { about, type Setting, type Story, TELEMETRY } from '../testing/story.ts';

/** The fault `f` acts from 7 s to 10 s, and strikes device 1 as often as this. */
function struck(story: Story, ...windows: [number, number][]): Story {
  windows.forEach(([from, to], n) => {
    story.add('struck', from, { device: 1, n, fault: 'f' });
    story.add('relieved', to, { device: 1, n, fault: 'f' });
  });
  return story;
}

const only = { devices: [1] };

describe('a witness', () => {
  const effect = (story: Story): FaultResult | undefined => story.judge([]).faults[0];
  /** Power goes at 7.5 s and comes back at 8 s, with a higher epoch. */
  const cut = (story: Story, at = 7500, epoch = 2): Story =>
    story
      .add('off', at, { device: 1, cause: 'power-cut' })
      .add('boot', at + 500, { device: 1, epoch, cause: 'power-on' });
  const rebooting = (): Story =>
    cut(told({ ...only, proof: { kind: 'rebooted' }, acts: 'device' }));

  it('looks for a reboot in each of its windows', () => {
    expect(effect(rebooting())?.effective).toBe(true);
    expect(effect(struck(rebooting(), [7400, 7900]))?.effective).toBe(true);
    expect(effect(struck(rebooting(), [8400, 8900]))?.effective).toBe(false);
    const twice: [number, number][] = [
      [7400, 7900],
      [8900, 9400],
    ];
    expect(effect(struck(rebooting(), ...twice))?.effective).toBe(false);
    expect(effect(struck(cut(rebooting(), 9000, 3), ...twice))?.effective).toBe(true);
  });

  it('counts what crossed in its windows alone', () => {
    const stalling = (): Story =>
      told({ ...only, proof: { kind: 'stalled', up: true, down: true } }).drop(
        ({ op }) => op === 'probe',
      );
    // Readings of 7, 8 and 9 s crossed at once.
    expect(effect(stalling())?.evidence).toContain('messages of its targets crossed it');
    const between = struck(stalling(), [7100, 7900], [8100, 8900]);
    expect(effect(between)?.evidence).not.toContain('crossed it');
    // Two windows of the device are two of one fault: its witness sees an entry once.
    const inOne = struck(stalling(), [7100, 8900], [9200, 9300]);
    expect(effect(inOne)?.evidence).toContain('1 message of its targets crossed it');
  });

  it('notices ends of connections in its windows alone', () => {
    const closed = (): Story =>
      told({ ...only, proof: { kind: 'closed' } })
        .drop(({ op }) => op === 'probe')
        .add('offline', 8000, { device: 1, why: 'closed' });
    expect(effect(closed())?.evidence).toContain('1 target lost the connection');
    expect(effect(struck(closed(), [7900, 8100]))?.evidence).toContain('1 target lost');
    expect(effect(struck(closed(), [8900, 9100]))?.evidence).not.toContain('1 target lost');
  });
});

describe('an objective', () => {
  const expecting = (checker: string, params: Record<string, string | number>): Setting => ({
    expect: [{ checker, params }],
  });

  it('of return counts from the end of each window of the device', () => {
    const away = (...windows: [number, number][]): unknown =>
      struck(told(only, expecting('recovered', { after: 'f', share: 1, within: 2000 })), ...windows)
        .add('offline', 7500, { device: 1, why: 'closed' })
        .add('connect', 10_900, { device: 1, attempt: 1 })
        .add('online', 11_000, { device: 1, present: true })
        .ask(recovered);
    // The fault was taken back at 10 s; the device itself was free from 8 s on.
    expect(away()).toMatchObject({ verdict: 'pass', decided: 1 });
    expect(away([7400, 8000])).toMatchObject({
      verdict: 'fail',
      findings: [{ message: expect.stringContaining('only after 3 s (f healed at 8.0 s)') }],
    });
    expect(away([7400, 9500])).toMatchObject({ verdict: 'pass', decided: 1 });
    // Who was struck again before the time was over was not to be judged.
    expect(away([7400, 8000], [8500, 9500])).toMatchObject({ verdict: 'unknown' });
  });

  it('of latency counts what was intended in a window of the device', () => {
    const slow = (): Story =>
      told(only, expecting('latency', { max: 500, during: 'f' })).change(
        about('observed', 1, TELEMETRY, 8),
        ({ t }) => ({ t: t + 800 }),
      );
    expect(slow().ask(latency)).toMatchObject({ verdict: 'fail', decided: 3 });
    expect(struck(slow(), [7000, 8500]).ask(latency)).toMatchObject({
      verdict: 'pass',
      decided: 2,
    });
    expect(struck(slow(), [8500, 9500]).ask(latency)).toMatchObject({
      verdict: 'fail',
      decided: 1,
    });
  });
});

describe('the account', () => {
  it('lists a state under a fault only where that acted on the device', () => {
    const napping = (): Story => told(only).add('state', 8000, { device: 1, state: 'power.nap' });
    const during = (story: Story): unknown =>
      story.judge([]).coverage.states.find(({ state }) => state === 'power.nap')?.during;
    expect(during(napping())).toEqual({ f: 1 });
    expect(during(struck(napping(), [7900, 8100], [8200, 8300]))).toEqual({ f: 1 });
    expect(during(struck(napping(), [8900, 9100]))).toEqual({});
  });
});

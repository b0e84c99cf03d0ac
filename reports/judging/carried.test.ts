/**
 * Devices that go over the connection of another: whatever is said of connections is said of their
 * carrier, and what acts on it explains what became of their messages.
 */
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '#kernel';
import { TimelineBuilder, windowsOn } from '#oracles';
import blastRadius from '../checkers/blast-radius.ts';
import inOrder from '../checkers/in-order.ts';
import noAckedLoss from '../checkers/no-acked-loss.ts';
import presence from '../checkers/presence.ts';
import recovered from '../checkers/recovered.ts';
import sessionKept from '../checkers/session-kept.ts';
import willHonest from '../checkers/will-honest.ts';
import { told } from '../testing/fault-story.ts';
import { about, COMMAND, faultPlan, healthy, type Setting, TELEMETRY } from '../testing/story.ts';
import { targetedDevices } from './measured.ts';

/** Device 0 carries 1 and 2; 3 is on its own. */
const carried = { 1: 0, 2: 0 };
const CARRIED: Setting = { carried, faults: [faultPlan('f')] };
const cut: Partial<FaultPlan> = {
  devices: [0],
  acts: 'device',
  proof: { kind: 'rebooted' },
};

describe('a fault on a carrier', () => {
  it('acts on those it carries, and on nobody else', () => {
    const { plan } = healthy(CARRIED);
    const timeline = new TimelineBuilder(plan).finish();
    const [fault] = timeline.faults;
    if (fault === undefined) throw new Error('the plan has a fault');
    const windows = [0, 1, 2, 3].map((device) => windowsOn(timeline, fault, device).length);
    expect(windows).toEqual([1, 1, 1, 0]);
    expect([...targetedDevices(plan)]).toEqual([1, 1, 1, 0]);
  });

  it('acts on them when it acts on the carrier, where the ledger tells', () => {
    const { plan } = healthy(CARRIED);
    const builder = new TimelineBuilder(plan);
    const header = { schema: 'twinstorm.ledger/1', segment: 's', planSha256: '', lanes: [0] };
    builder.open(header as Parameters<typeof builder.open>[0], '');
    const about = { device: 0, n: 0, fault: 'f' };
    builder.step({ t: 7_500_000, op: 'struck', ...about });
    builder.step({ t: 8_000_000, op: 'relieved', ...about });
    const span = { from: 7_500_000, to: 8_000_000 };
    expect(builder.finish().faultsOn(2)).toMatchObject([{ ...span, onCarrier: true }]);
  });

  it('leaves them out of the bystanders', () => {
    const all = { carried: { 1: 0, 2: 0, 3: 0 } };
    const ask = (setting: Setting) =>
      told({ devices: [0] }, { ...setting, expect: [{ checker: 'blast-radius', params: {} }] }).ask(
        blastRadius,
      );
    expect(ask(all).decided).toBe(0);
    expect(ask({ carried }).decided).toBeGreaterThan(0);
    expect(ask({ carried }).decided).toBeLessThan(ask({}).decided);
  });

  it('without power does not make them reboot', () => {
    const [effect] = told(cut, { carried })
      .add('off', 7500, { device: 0, cause: 'power-cut' })
      .add('boot', 8000, { device: 0, epoch: 2, cause: 'power-on' })
      .judge([]).faults;
    expect(effect).toMatchObject({ effective: true, targets: 1 });
    expect(effect?.evidence).toContain('1 of 1 target');
  });

  it('is recovered from when the carrier is back', () => {
    const params = { after: 'f', share: 1, within: 2000 };
    const back = (at: number) =>
      told({ devices: [0, 1, 2] }, { carried, expect: [{ checker: 'recovered', params }] })
        .add('offline', 7500, { device: 0, why: 'closed' })
        .add('off', 7200, { device: 1, cause: 'battery-empty' })
        .add('connect', at - 100, { device: 0, attempt: 1 })
        .add('online', at, { device: 0, present: true });
    expect(back(11_000).ask(recovered)).toMatchObject({ verdict: 'pass', decided: 1 });
    expect(back(13_000).ask(recovered)).toMatchObject({ verdict: 'fail', decided: 1 });
    const { recovery } = back(11_000).judge([]).faults[0] ?? {};
    expect(recovery).toMatchObject({ disconnectedShare: 1, detectMs: 500, to100Ms: 1000 });
  });
});

describe('a device that is carried', () => {
  it('is no connection that a platform could see', () => {
    const story = () => healthy({ carried, expect: [{ checker: 'presence', params: {} }] });
    expect(story().ask(presence)).toMatchObject({ verdict: 'pass', decided: 2 });
    const seen = story().change(
      ({ op, fields }) => op === 'presence' && fields.device === 1,
      ({ fields }) => ({ fields: { ...fields, online: true } }),
    );
    expect(seen.ask(presence)).toMatchObject({ verdict: 'pass', decided: 2 });
  });

  it('has neither a session nor a will to be judged', () => {
    const everybody = { carried: { 1: 0, 2: 0, 3: 0 } };
    const entry = { session: 'persistent', will: true } as const;
    const faults = [faultPlan('f', { devices: [1, 2, 3], proof: { kind: 'closed' } })];
    const story = healthy({ ...everybody, entry, faults });
    expect(story.ask(sessionKept).verdict).toBe('not-applicable');
    expect(story.ask(willHonest)).toMatchObject({ decided: 1 });
  });

  it('is on the connection of its carrier: what overtakes on it is out of order', () => {
    const late = (carriage: Setting['carried']) =>
      healthy(carriage === undefined ? {} : { carried: carriage }).change(
        about('observed', 1, TELEMETRY, 3),
        ({ t }) => ({ t: t + 2000 }),
      );
    const reconnected = (device: number) =>
      late(carried)
        .add('offline', 4500, { device, why: 'closed' })
        .add('online', 4600, { device, present: true });
    expect(late(carried).ask(inOrder).verdict).toBe('fail');
    expect(reconnected(0).ask(inOrder).verdict).toBe('pass');
  });
});

describe('a command to a device that is carried', () => {
  const rounds = {
    firstAt: 12_000,
    everyMs: 20_000,
    qos: 1 as const,
    devices: [{ device: 1, offsetMs: 0 }],
  };
  const lost = () => healthy({ carried, commands: rounds }).drop(about('received', 1, COMMAND, 0));

  it('is owed while its carrier is connected and it has power', () => {
    expect(lost().ask(noAckedLoss)).toMatchObject({ verdict: 'fail', findingCount: 1 });
  });

  it('is not decided where it was off', () => {
    const off = lost().add('off', 11_000, { device: 1, cause: 'battery-empty' });
    expect(off.ask(noAckedLoss)).toMatchObject({ findingCount: 0, undecided: 1 });
  });

  it.each([
    ['slept', 11_000, 'connection.sleeping', 'connection.connecting'],
    ['was reset', 11_900, 'power.resetting', 'power.on'],
  ])('is not decided where it %s, and owed once that is over', (_, t, state, back) => {
    const story = () => lost().add('state', t, { device: 1, state });
    expect(story().ask(noAckedLoss)).toMatchObject({ findingCount: 0, undecided: 1 });
    const over = story().add('state', 11_950, { device: 1, state: back });
    expect(over.ask(noAckedLoss)).toMatchObject({ verdict: 'fail', findingCount: 1 });
  });

  it('is not owed where its carrier was away with a clean session', () => {
    const away = lost().add('offline', 11_000, { device: 0, why: 'closed' });
    expect(away.ask(noAckedLoss)).toMatchObject({ findingCount: 0, undecided: 0 });
  });
});

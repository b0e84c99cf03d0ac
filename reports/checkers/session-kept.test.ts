/** Which plans promise anybody a return to a session, and what is no inheritance of one. */
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '#kernel';
import { type LinkProperties, UNTOUCHED } from '../link.ts';
import {
  faultPlan,
  forgetful,
  healthy,
  type Setting,
  type Story,
  tellFault,
} from '../testing/story.ts';
import sessionKept from './session-kept.ts';

const ENDS: Partial<LinkProperties> = { ends: true };
const DURABLE = { guarantees: forgetful({ durableSessions: true }) };
const FORGETFUL = { guarantees: forgetful() };

/** Whether there is anything to judge of a plan, as far as its faults and entries tell. */
function applies(
  setting: Setting,
  link: Partial<LinkProperties> = {},
  ...faults: readonly Partial<FaultPlan>[]
): boolean {
  const { plan } = healthy({
    ...setting,
    entry: { session: 'persistent', ...setting.entry },
    faults: faults.map((fault, index) => faultPlan(`f${index}`, fault)),
  });
  return sessionKept.applies(plan, {}, () => ({ ...UNTOUCHED, ...link }));
}

describe('a return to a session is promised by a fault', () => {
  it.each<[string, Partial<LinkProperties>, NonNullable<Setting['target']>, boolean]>([
    ['that leaves connections standing', {}, DURABLE, false],
    ['that ends them', ENDS, DURABLE, true],
    ['that ends them, whatever the target keeps over a death of its own', ENDS, FORGETFUL, true],
    ['after which devices come back clean', { ...ENDS, forgets: 'device' }, DURABLE, false],
    ['after which a target remembers', { ...ENDS, forgets: 'target' }, DURABLE, true],
    ['after which a target remembers nothing', { ...ENDS, forgets: 'target' }, FORGETFUL, false],
    ['over which connections last', { forgets: 'target' }, DURABLE, false],
  ])('%s', (_, link, target, promised) => {
    expect(applies({ target }, link, {})).toBe(promised);
    expect(applies({ target, entry: { session: 'clean' } }, link, {})).toBe(false);
  });

  it('that has one target with a connection and a session of its own', () => {
    const carried = { 1: 0, 2: 0 };
    expect(applies({ carried }, ENDS, { devices: [1, 2] })).toBe(false);
    expect(applies({ carried }, ENDS, { devices: [1, 3] })).toBe(true);
  });

  it('that does not wait for a state, which nobody may ever be in', () => {
    expect(applies({}, ENDS, { tie: { state: 'ota.testing' } as never })).toBe(false);
  });

  it('of several', () => {
    expect(applies({ carried: { 1: 0 } }, ENDS, { devices: [1] }, { devices: [2] })).toBe(true);
  });
});

it('a return is promised by sleep without any fault, to who sleeps with a session', () => {
  const sleep = { everyMs: 6000, awakeMs: 500 };
  expect(applies({ entry: { sleep } })).toBe(true);
  expect(applies({ entry: { sleep, session: 'clean' } })).toBe(false);
  expect(applies({ entry: {} })).toBe(false);
});

/** How many sessions were kept from device 1, whose first connection stood from 0.1 s to then. */
function lostAfter(to: number, bend: (story: Story) => Story = (story) => story): number {
  const story = healthy({ entry: { session: 'persistent' }, faults: [faultPlan('f')] })
    .add('offline', to, { device: 1, why: 'closed' })
    .add('online', to + 1000, { device: 1, present: false });
  return bend(story).ask(sessionKept).findingCount;
}

describe('where no grant is told, a session is promised to who has subscribed', () => {
  it('for certain, after two seconds of calm', () => {
    expect(lostAfter(2100)).toBe(1);
    expect(lostAfter(2099)).toBe(0);
  });

  it('to a target that was there', () => {
    const killed = (story: Story): Story =>
      story.add('target', 1500, { is: 'killed' }).add('target', 1700, { is: 'accepting' });
    expect(lostAfter(5000)).toBe(1);
    expect(lostAfter(5000, killed)).toBe(0);
  });

  it('over a link that nothing disturbed', () => {
    const disturbed = (story: Story): Story => {
      story.plan.faults = [faultPlan('f', { devices: [1], from: 1500, to: 1700 })];
      tellFault(story, 'f');
      return story;
    };
    expect(lostAfter(5000, disturbed)).toBe(0);
  });
});

describe('a session of MQTT 5', () => {
  /** Of every device, thrown off for three and a half seconds, and its session is gone. */
  const gone = (session: number): Story => {
    const story = healthy({
      ...{ target: { ...DURABLE, mqtt: '5' }, devices: 2 },
      entry: { session: 'persistent', keepAliveS: 1 },
      faults: [faultPlan('dark', { fault: 'outage', proof: { kind: 'refused' }, down: true })],
    });
    tellFault(story, 'dark');
    return story
      .add('agreed', 99, { device: 0, receive: 20, aliases: 0, session, keepAlive: 1 })
      .add('offline', 7010, { device: 0, why: 'closed' })
      .add('connect', 10_480, { device: 0, attempt: 1 })
      .add('online', 10_500, { device: 0, present: false });
  };

  it('is kept for as long as was agreed, and may be over after that', () => {
    expect(gone(60).ask(sessionKept)).toMatchObject({ verdict: 'fail', findingCount: 1 });
    expect(gone(5).ask(sessionKept)).toMatchObject({ findingCount: 0 });
  });
});

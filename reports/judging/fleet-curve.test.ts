import { describe, expect, it } from 'vitest';
import type { Recovery } from '../result.ts';
import { faultPlan, healthy, type Story, TELEMETRY, tellFault } from '../testing/story.ts';

const away = (story: Story, device: number, from: number, to: number): Story =>
  story
    .add('offline', from, { device, why: 'closed' })
    .add('connect', to - 10, { device, attempt: 1 })
    .add('online', to, { device, present: false });

const CLOSED = { kind: 'closed' } as const;

const recoveryOf = (story: Story, id: string): Recovery | null | undefined =>
  story.judge([]).faults.find((fault) => fault.id === id)?.recovery;

describe('recovery', () => {
  const first = faultPlan('first', { from: 7000, to: 8000, devices: [0, 1] });
  const second = faultPlan('second', { from: 9000, to: 10_000, devices: [1] });

  it('leaves to a later fault what that one caused', () => {
    const story = healthy({ faults: [first, second] });
    tellFault(story, 'first');
    tellFault(story, 'second');
    away(story, 0, 7100, 8200);
    away(story, 1, 7100, 8300);
    away(story, 1, 9100, 12_000);
    expect(recoveryOf(story, 'first')).toMatchObject({ to50Ms: 200, to100Ms: 300 });
    expect(recoveryOf(story, 'second')).toMatchObject({ to100Ms: 2000 });
  });

  it('keeps its own stragglers although another fault has begun', () => {
    const story = healthy({ faults: [first, second] });
    tellFault(story, 'first');
    tellFault(story, 'second');
    away(story, 0, 7100, 8200);
    away(story, 1, 7100, 11_000);
    expect(recoveryOf(story, 'first')).toMatchObject({ to50Ms: 200, to100Ms: 3000 });
  });

  it('counts who comes back while the run drains', () => {
    const story = healthy({ faults: [first] });
    tellFault(story, 'first');
    away(story, 0, 7100, 8200);
    away(story, 1, 7100, 20_500);
    expect(recoveryOf(story, 'first')).toMatchObject({ to50Ms: 200, to100Ms: 12_500 });
  });

  it('does not miss who was back and then went down by itself', () => {
    const story = healthy({ faults: [first] });
    tellFault(story, 'first');
    away(story, 0, 7100, 8200);
    away(story, 1, 7100, 8300);
    story.add('offline', 12_000, { device: 1, why: 'power-cut' });
    story.add('off', 12_000, { device: 1, cause: 'battery-empty' });
    expect(recoveryOf(story, 'first')).toMatchObject({ to50Ms: 200, to100Ms: 300 });
  });

  it('never came, never went, and sleep is no absence', () => {
    const story = healthy({ faults: [first] });
    tellFault(story, 'first');
    expect(recoveryOf(story, 'first')).toMatchObject({ disconnectedShare: 0, to100Ms: null });
    story.add('offline', 7200, { device: 0, why: 'planned: sleep' });
    expect(recoveryOf(story, 'first')).toMatchObject({ disconnectedShare: 0, detectMs: null });
    story.add('offline', 7300, { device: 1, why: 'closed' });
    expect(recoveryOf(story, 'first')).toMatchObject({
      disconnectedShare: 0.5,
      to50Ms: 0,
      to100Ms: null,
    });
    expect(recoveryOf(healthy({ faults: [first] }), 'first')).toBeNull();
  });

  describe('beside one that takes nobody away', () => {
    const proof = { kind: 'delayed', up: true, down: true, delayMs: 400, jitterMs: 0 };
    const slow = faultPlan('slow', { from: 6500, to: 12_000, devices: [0, 1], proof });
    const torn = faultPlan('torn', { from: 7000, to: 8000, devices: [0, 1], proof: CLOSED });

    function told(): Story {
      const story = healthy({ faults: [slow, torn] });
      tellFault(story, 'slow');
      tellFault(story, 'torn');
      return story;
    }

    it('gives to each what it did: who is torn is away by what tears', () => {
      const story = told();
      away(story, 0, 7100, 7400);
      // In its last moment.
      away(story, 1, 8000, 8300);
      expect(recoveryOf(story, 'torn')).toMatchObject({
        ...{ disconnectedShare: 0.5, detectMs: 100 },
        ...{ to50Ms: 0, to100Ms: 300 },
      });
      expect(recoveryOf(story, 'slow')).toMatchObject({ disconnectedShare: 0, to100Ms: null });
    });

    it('leaves to it who goes when nothing else acts', () => {
      const story = told();
      away(story, 0, 10_000, 12_200);
      expect(recoveryOf(story, 'slow')).toMatchObject({ disconnectedShare: 0.5, to100Ms: 200 });
    });
  });

  it('says when the backlog was gone and latency was back', () => {
    const story = healthy({ faults: [first] });
    tellFault(story, 'first');
    story.change(
      (event) =>
        event.op === 'observed' &&
        event.fields.device === 0 &&
        event.fields.stream === TELEMETRY &&
        event.fields.n === 6,
      () => ({ t: 8600 }),
    );
    const recovery = recoveryOf(story, 'first');
    expect(recovery?.backlogMs).toBe(600);
    expect(recovery?.latencyMs).toBe(0);
  });
});

/** TEST ONLY. Runs in which one fault is injected and healed, and what witnesses make of it. */
import type { FaultPlan, FaultProof } from '#kernel';
import { faultPlan, healthy, type Setting, type Story, tellFault } from './story.ts';

/** Stories in which a proof must say yes, must say no, and must leave it open. */
export interface ProofStories {
  /** What the plan of a fault with this proof holds. */
  fault: Partial<FaultPlan> & { proof: FaultProof };
  happened: Readonly<Record<string, () => Story>>;
  idle: Readonly<Record<string, () => Story>>;
  unseen: Readonly<Record<string, () => Story>>;
}

/** The fault `f` is planned on device 1, from 7 s to 10 s. */
export const withFault = (over: Partial<FaultPlan>): Setting => ({
  faults: [faultPlan('f', { devices: [1], ...over })],
});

/** It was injected and healed, and nobody noticed anything. */
export function told(over: Partial<FaultPlan>, setting: Setting = {}): Story {
  const story = healthy({ ...setting, ...withFault(over) });
  tellFault(story, 'f');
  return story;
}

/** What the probe would have said from 7 s to 10 s is left out. */
export const muted = (story: Story): Story =>
  story.drop((event) => event.op === 'probe' && event.t > 7000 && event.t < 10_000);

/** The probe asks and is not answered. */
export function silence(story: Story): Story {
  for (let t = 7600; t < 10_000; t += 200) {
    story.add('probe', t, { cohort: 0, value: (t - 7000) * 1000, asked: 1, saw: 'silent' });
  }
  return story;
}

/** No probe, and nobody saw what the targets sent. */
export const unwatched = (story: Story): Story =>
  story.drop(({ op }) => op === 'probe' || op === 'observed');

/** A question of the middle of the window is answered only after the heal. */
export const answeredLate = (story: Story): Story =>
  story.add('probe', 10_010, { cohort: 0, value: 2_000_000, asked: 1, saw: 'pong' });

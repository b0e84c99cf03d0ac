/** What a witness tells of an alarm: what made it due, and what the target has said of it. */
import type { WitnessEvent } from '../result.ts';
import type { RuleStory } from './rule-story.ts';
import { ms } from './witness.ts';

type Due = RuleStory['expected'][number];
type Told = RuleStory['told'][number];
type Stray = RuleStory['strays'][number];

/** Since when it was so, and by which moment for long enough. */
export function madeDue({ rule, subject }: RuleStory, { since, at }: Due): WitnessEvent[] {
  const isSilence = rule.silentMs > 0;
  const so = isSilence ? 'nothing newer has come since' : 'it was so since then';
  const makes = `the moment that makes it due, by ${isSilence ? 'the platform' : 'the device'}`;
  return [
    { t: since, who: subject, what: so },
    { t: at, who: subject, what: makes },
  ];
}

const target = (t: number, what: string): WitnessEvent => ({
  t: ms(t * 1000),
  who: 'target',
  what,
});

export const hasIt = ({ due }: Due): WitnessEvent => target(due, 'has what makes it due');

export const raised = ({ since, at, raised }: Told): WitnessEvent =>
  target(raised, `raises it: so since ${since} ms, and due by the moment of ${at} ms`);

/** Where nobody knows when it was said, it stands at the moment by which it is over. */
const cleared = (at: number, told = at): WitnessEvent =>
  target(told, `clears it: over by the moment of ${at} ms`);

/** What was said of an alarm that is none, or that was another then. */
export const strayed = ({ since, at, told, isRaised }: Stray): WitnessEvent =>
  isRaised === true ? raised({ since, at, raised: told, cleared: null }) : cleared(at, told);

/** Nothing of one that is not cleared. */
export const clearedOf = ({ cleared: at, clearTold }: Told): WitnessEvent[] =>
  at === null ? [] : [cleared(at, clearTold)];

/** Nothing of one that goes on. */
export const ended = ({ subject }: RuleStory, { cleared: at }: Due): WitnessEvent[] =>
  at === null ? [] : [{ t: at, who: subject, what: 'the moment that ends it' }];

/** The first time that it was raised; one that bears no time comes before all others. */
export const firstOf = (told: readonly Told[]): Told | null =>
  told.reduce<Told | null>(
    (first, one) => (first === null || one.raised < first.raised ? one : first),
    null,
  );

/** Whoever listens believes that it stands, since that is what was said last. */
export const isClearedFirst = ({ raised, clearTold = raised }: Told): boolean => clearTold < raised;

/** What a witness tells of an alarm: what made it due, and all that the target has said of it. */
import type { WitnessEvent } from '../result.ts';
import type { RuleStory } from './rule-checker.ts';
import { ms } from './witness.ts';

type Due = Pick<RuleStory['expected'][number], 'since' | 'at' | 'cleared' | 'due'>;
type Told = RuleStory['told'][number];

/** Of an alarm that there should be. */
export function dueEvents({ rule, subject }: RuleStory, alarm: Due): WitnessEvent[] {
  const { since, at, cleared, due } = alarm;
  const isSilence = rule.silentMs > 0;
  const so = isSilence ? 'nothing newer has come since' : 'it was so since then';
  const makes = `the moment that makes it due, by ${isSilence ? 'the platform' : 'the device'}`;
  return [
    { t: since, who: subject, what: so },
    { t: at, who: subject, what: makes },
    { t: ms(due * 1000), who: 'target', what: 'has what makes it due' },
    ...(cleared === null ? [] : [{ t: cleared, who: subject, what: 'the moment that ends it' }]),
  ];
}

/** Each time that the target says something of it. */
export const toldEvents = (told: readonly Told[]): WitnessEvent[] =>
  told.flatMap(({ since, at, raised, cleared, clearTold }) => [
    {
      ...{ t: ms(raised * 1000), who: 'target' },
      what: `raises it: so since ${since} ms, and due by the moment of ${at} ms`,
    },
    ...(cleared === null ? [] : [clearedEvent(cleared, clearTold)]),
  ]);

/** Where nobody knows when it was said, it stands at the moment by which it is over. */
export const clearedEvent = (cleared: number, told = cleared): WitnessEvent => ({
  ...{ t: ms(told * 1000), who: 'target' },
  what: `clears it: over by the moment of ${cleared} ms`,
});

/** The first time that it was raised; one that bears no time comes before all others. */
export const firstOf = (told: readonly Told[]): Told | null =>
  told.reduce<Told | null>(
    (first, one) => (first === null || one.raised < first.raised ? one : first),
    null,
  );

/** Whoever listens believes that it stands, since that is what was said last. */
export const isClearedFirst = ({ raised, clearTold = raised }: Told): boolean => clearTold < raised;

/**
 * Why a message never reached the wire. The reasons that every stream has stand here; a stream adds
 * those for which its part leaves grid points out on purpose. One that nobody declares excuses
 * nothing: whoever drops what was due could otherwise call it whatever he likes.
 */
import type { StreamPlan } from './streams.ts';

interface Reason {
  readonly about: string;
  /** A part may give it as well, of any stream that it brings. */
  readonly isOfParts: boolean;
}

export const NOT_SENT = {
  'device-off': { about: 'The device had no power when it was due.', isOfParts: true },
  'run-ended': { about: 'The run ended before its turn.', isOfParts: true },
  'left-out': { about: 'The workflow has nothing to say in this round.', isOfParts: false },
  'buffer-overflow': { about: 'It had to make room, or found none.', isOfParts: false },
  'still-buffered': { about: 'It waited until the end of the run.', isOfParts: false },
} as const satisfies Readonly<Record<string, Reason>>;

/** What held it lost its memory; what happened is said behind it. */
const LOST_IN = 'lost in ';

export type NotSentReason = keyof typeof NOT_SENT | `${typeof LOST_IN}${string}`;

export const lostIn = (what: string): NotSentReason => `${LOST_IN}${what}`;

type Skipping = Pick<StreamPlan, 'skips'> | undefined;

/** What a part may say of a grid point that it leaves out. */
export const skipsOf = (stream: Skipping): string[] => [
  ...Object.entries(NOT_SENT).flatMap(([why, { isOfParts }]) => (isOfParts ? [why] : [])),
  ...(stream?.skips ?? []),
];

/** Whether a `not-sent` entry of the stream says what the plan or this table declares. */
export const isDeclared = (stream: Skipping, why: string): boolean =>
  Object.hasOwn(NOT_SENT, why) || why.startsWith(LOST_IN) || stream?.skips.includes(why) === true;

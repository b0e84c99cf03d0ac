/** What became of an alarm, for those who want to look at it: how it was when, and for how long. */
import { type History, stateOf } from './past.ts';

/** One time that it stood; Infinity for what did not happen. */
export interface Raise {
  from: number;
  /** It had gone, and nobody had acknowledged that before it came again. */
  isAgain: boolean;
  ackedAt: number;
  to: number;
}

/** It was so from one time up to another, milliseconds. */
export interface Spell {
  state: string;
  isShelved: boolean;
  from: number;
  to: number;
}

const CHANGING = ['raised', 'cleared', 'acked', 'shelved', 'unshelved'];

export const NOTHING_TOLD = { annunciated: 0, shelved: 0, refused: 0 };

export function livesOf(history: History, readAt: number) {
  const count = (event: string): number => history.all(event).length;
  const told = {
    ...{ annunciated: count('annunciated'), shelved: count('shelved') },
    refused: count('refused'),
  };
  return { spells: spellsOf(history, readAt), raises: raisesOf(history), told };
}

function spellsOf(history: History, readAt: number): Spell[] {
  const rows = history.rows.filter(({ event }) => CHANGING.includes(event));
  return rows.map(({ place, at }, index) => {
    const past = history.at(place, true);
    const to = rows[index + 1]?.at ?? Math.max(at, readAt);
    return { state: stateOf(past), isShelved: past.shelf !== null, from: at, to };
  });
}

function raisesOf(history: History): Raise[] {
  const [acked, cleared] = [history.all('acked'), history.all('cleared')];
  return history.all('raised').map(({ place, at }) => {
    const after = (rows: typeof acked): number =>
      rows.find((row) => row.place > place)?.at ?? Number.POSITIVE_INFINITY;
    const isAgain = history.at(place).isUnseen;
    return { from: at, isAgain, ackedAt: after(acked), to: after(cleared) };
  });
}

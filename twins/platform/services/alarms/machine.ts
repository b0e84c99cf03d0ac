/**
 * The states of an alarm after ISA-18.2, as a table: what is not in it does not happen. Whether it
 * is shelved stands beside its state, since that hides what is told of it and never what it is.
 */

export const STATES = ['normal', 'unack-active', 'acked-active', 'unack-returned'] as const;
export type State = (typeof STATES)[number];

export type Turn = 'raised' | 'cleared' | 'acked';

const MACHINE: Readonly<Record<State, Readonly<Partial<Record<Turn, State>>>>> = {
  normal: { raised: 'unack-active' },
  'unack-active': { cleared: 'unack-returned', acked: 'acked-active' },
  'acked-active': { cleared: 'normal' },
  'unack-returned': { raised: 'unack-active', acked: 'normal' },
};

/** Null where it cannot be in that state. */
export const turned = (state: State, turn: Turn): State | null => MACHINE[state][turn] ?? null;

/** A person has not said that it was seen. */
export const isUnseen = (state: State): boolean =>
  state === 'unack-active' || state === 'unack-returned';

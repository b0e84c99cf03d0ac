/** What the text of an `offline` entry says of how a connection ended. */

/** Whether the device itself hung up, with a goodbye. */
export const isPlannedEnd = (why: string): boolean =>
  why === 'planned' || why.startsWith('planned:');

/** The word for losing power or memory. */
export const SILENCE = 'power-cut';

/** Whether nobody hung up: the device fell silent, and its peer was told nothing. */
export const isSilentEnd = (why: string): boolean => why === SILENCE;

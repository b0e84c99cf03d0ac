/** Honest: the store stands on nothing. */
export const kept = 1;
